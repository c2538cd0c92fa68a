"""Ways to send money by a call: one small interface, and what stands behind it. Pure: knows no models.

`words` is the interface, `registry` names the rails there are, each other module is one of them.
"""
