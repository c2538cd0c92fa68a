"""What every page of a cabinet needs to know: where the person is and where he can go."""


def cabinet(request):
    return {}
