"""Product feeds: bytes of a shop → plain rows (`intake`), and plain rows → a feed with links (`exporter`).

`intake.read_feed` looks at the content, picks the parser from `intake.PARSERS` and yields `rows.FeedItem` or
`rows.RowError`. Nothing here knows models. A new format is one module with a parser class and one line in PARSERS.
"""
