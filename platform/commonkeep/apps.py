from importlib import import_module

from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "commonkeep"
    label = "commonkeep"

    def ready(self) -> None:
        # drf-spectacular knows our fields once their extensions have been defined.
        import_module("commonkeep.openapi")
