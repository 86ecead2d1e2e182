"""Text normalization: turn written English into spoken words.

One module per semiotic class (dates, money, times, …). Every word keeps its span in the source text.
"""
