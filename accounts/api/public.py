"""What needs no session."""

from rest_framework.views import APIView

from accounts.access import Anyone


class PublicView(APIView):
    """Open to anyone, and deaf to credentials: a stale cookie must not keep anybody out."""

    authentication_classes = ()
    permission_classes = (Anyone,)
