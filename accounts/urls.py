"""Addresses below /api/v1/; docs/api.md, Accounts."""

from django.urls import path

from accounts.api import account, closure, csrf, export, prelogin, recovery, sessions, signup, state

urlpatterns = [
    path("csrf", csrf.CsrfView.as_view()),
    path("accounts", signup.SignUpView.as_view()),
    path("prelogin", prelogin.PreloginView.as_view()),
    path("sessions", sessions.SessionsView.as_view()),
    path("sessions/current", sessions.CurrentSessionView.as_view()),
    path("sessions/others", sessions.OtherSessionsView.as_view()),
    path("sessions/<id:session>", sessions.SessionView.as_view()),
    path("recovery/user", recovery.UserView.as_view()),
    path("recovery/open", recovery.OpenView.as_view()),
    path("recovery/finish", recovery.FinishView.as_view()),
    path("account", account.AccountView.as_view()),
    path("account/password", account.PasswordView.as_view()),
    path("account/closure", closure.ClosureView.as_view()),
    path("account/export", export.ExportView.as_view()),
    path("account/state", state.StateView.as_view()),
]
