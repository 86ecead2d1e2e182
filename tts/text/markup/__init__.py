"""Markup: controls in plain text (braces and brackets) and an SSML subset. Both are parsed into the same segments."""
