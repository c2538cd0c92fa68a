"""What the click server and the pixel call the cookie that remembers an advertiser's clicks. Pure."""


def cookie_name(advertiser_id: int) -> str:
    """Its value is one click id or two, the first and the last, of 32 hexadecimal digits, with a dot between."""
    return f"cpanet_clicks_{advertiser_id}"
