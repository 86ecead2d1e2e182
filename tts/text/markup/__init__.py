"""Control in the text: braces and brackets in plain text, and an SSML subset; both become the same segments."""
