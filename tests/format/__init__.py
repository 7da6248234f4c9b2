"""The file format: vectors, properties, awkward streams, other implementations."""
