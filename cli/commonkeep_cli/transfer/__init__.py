"""Moving content: local files to a drive and back, whole drives into bundles, and checking both.

Content is bound to its node key, node and revision, never to a name. So whatever a server says
about names and records is answered by signing again; no byte is sealed or sent twice for it.
"""
