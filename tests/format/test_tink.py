"""Content sealed here opens with Google's Tink alone, and what Tink sealed opens here."""

from __future__ import annotations

import io

import pytest
import tink
from tink import cleartext_keyset_handle, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2 as streaming
from tink.proto import common_pb2, tink_pb2

from commonkeep_cli import crypto
from commonkeep_cli.crypto.stream import stream_context

from .vectors import shake

KEY = crypto.ContentKey(shake("tink key", 32))
NODE = crypto.NodeId(shake("node", 16))
REV = crypto.RevId(shake("rev", 16))

PRODUCTION = crypto.segments.SEGMENT
SHAPES = [
    *((4096, size) for size in (0, 1, 4039, 4040, 4041, 8120, 8121, 20_000)),
    *((PRODUCTION, size) for size in (0, 262_088, 262_089, 524_216, 524_217, 1_000_000)),
]


@pytest.fixture(scope="module", autouse=True)
def _registered() -> None:
    streaming_aead.register()


def tink_for(segment: int) -> streaming_aead.StreamingAead:
    """Tink's own primitive over our content key."""
    params = streaming.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=segment,
        derived_key_size=32,
        hkdf_hash_type=common_pb2.SHA256,
    )
    key = streaming.AesGcmHkdfStreamingKey(version=0, params=params, key_value=KEY.raw)
    keyset = tink_pb2.Keyset(primary_key_id=1)
    entry = keyset.key.add(status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    entry.key_data.type_url = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
    entry.key_data.value = key.SerializeToString()
    entry.key_data.key_material_type = tink_pb2.KeyData.SYMMETRIC
    reader = tink.BinaryKeysetReader(keyset.SerializeToString())
    return cleartext_keyset_handle.read(reader).primitive(streaming_aead.StreamingAead)


class _Sink(io.BytesIO):
    """Keeps what was written after Tink closed it."""

    def close(self) -> None:
        self.kept = self.getvalue()
        super().close()


@pytest.mark.parametrize(("segment", "size"), SHAPES)
def test_ours_opens_with_tink(segment: int, size: int) -> None:
    plaintext = shake("plain", size)
    sealer = crypto.ContentSealer(KEY, node=NODE, rev=REV, segment=segment)
    stored = b"".join(crypto.seal_stream(sealer, [plaintext]))
    context = stream_context(NODE, REV, segment=segment)
    with tink_for(segment).new_decrypting_stream(io.BytesIO(stored), context) as stream:
        assert stream.read() == plaintext


@pytest.mark.parametrize(("segment", "size"), SHAPES)
def test_tinks_opens_here(segment: int, size: int) -> None:
    plaintext = shake("plain", size)
    sink = _Sink()
    context = stream_context(NODE, REV, segment=segment)
    with tink_for(segment).new_encrypting_stream(sink, context) as stream:
        stream.write(plaintext)
    opened = crypto.open_stream(KEY, [sink.kept], node=NODE, rev=REV, size=size, segment=segment)
    assert b"".join(opened) == plaintext


def test_tink_refuses_what_we_refuse() -> None:
    sealer = crypto.ContentSealer(KEY, node=NODE, rev=REV, segment=4096)
    stored = b"".join(crypto.seal_stream(sealer, [shake("plain", 9000)]))
    context = stream_context(NODE, REV, segment=4096)
    source = io.BytesIO(stored[:8192])
    stream = tink_for(4096).new_decrypting_stream(source, context)
    with pytest.raises(tink.TinkError), stream:
        stream.read()
    with pytest.raises(crypto.Tampered):
        list(crypto.open_stream(KEY, [stored[:8192]], node=NODE, rev=REV, segment=4096))
