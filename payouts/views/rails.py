"""Where rails send their notices: public, signed."""

from django.http import Http404, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cpanet.core.errors import DomainError
from payouts.models import PayoutMethod
from payouts.services.notices import take_notice

MOST_BYTES = 64 * 1024


@csrf_exempt
@require_POST
def rail_notice(request, method_id):
    """200 once the notice is stored, also for a repeat; 401, 404 and 422 say what is wrong with it."""
    method = PayoutMethod.objects.exclude(rail="register").filter(pk=method_id).first()
    if method is None:
        raise Http404
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"code": "too_large"}, status=413)
    try:
        is_new = take_notice(method=method, headers=request.headers, body=request.body, now=timezone.now())
    except DomainError as error:
        return JsonResponse({"code": error.code, "detail": str(error)}, status=error.status)
    return JsonResponse({"is_new": is_new})
