"""Speech for others: HTTP as OpenAI's clients speak it, a page, and Wyoming; all from one pool of synthesizers."""
