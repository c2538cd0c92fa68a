"""What comes in from advertisers and webmasters, before anything is made of it: bytes in, plain facts out. Pure."""
