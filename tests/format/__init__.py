"""The file format: vectors, properties, awkward streams, other implementations."""

from hypothesis import settings

# A busy machine is no fault of the format.
settings.register_profile("format", deadline=None)
settings.load_profile("format")
