"""Statements: bytes of an advertiser → a heading and rows of text cells. Nothing here knows models or meanings.

`intake.open_table` tells the format by the content. A new format is one module and one line in `intake.READERS`.
"""
