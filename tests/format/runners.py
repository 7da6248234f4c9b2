"""One function for each kind of vector: it passes or raises, through what the client calls."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commonkeep_cli import crypto
from commonkeep_cli.crypto import box, encoding, signature, xwing

from . import rfc9180
from .streaming import run_stream, run_stream_generate, run_stream_range
from .vectors import Vector, unbase64, unhex


def run_ctx(vector: Vector) -> None:
    fields = [bytes.fromhex(field) for field in vector["fields"]]
    assert encoding.ctx(vector["label"], *fields).hex() == vector["out"]


def run_kd(vector: Vector) -> None:
    fields = [bytes.fromhex(field) for field in vector["fields"]]
    (key,) = unhex(vector, "key")
    assert encoding.kd(key, vector["label"], *fields).hex() == vector["out"]


def run_box(vector: Vector) -> None:
    slot = box.slot(vector["label"], *(bytes.fromhex(field) for field in vector["fields"]))
    (key,) = unhex(vector, "key")
    plaintext = box.open(key, unbase64(vector, "box"), slot=slot)
    if "pt" in vector:
        assert plaintext.hex() == vector["pt"]
    else:
        assert encoding.sha256(plaintext).hex() == vector["pt_sha256"]


def run_pad(vector: Vector) -> None:
    (padded,) = unhex(vector, "out")
    plaintext = encoding.unpad(padded)
    assert plaintext.hex() == vector["pt"]
    assert encoding.pad(plaintext) == padded


def run_name_tag(vector: Vector) -> None:
    key, parent = unhex(vector, "parent_nk", "parent")
    folder = crypto.Folder(crypto.NodeId(parent), crypto.NodeKey(key))
    assert crypto.node.name_tag(vector["name"], folder=folder).hex() == vector["out"]


def _password(vector: Vector) -> crypto.PasswordKeys:
    (salt,) = unhex(vector, "salt")
    return crypto.password.derive(
        login=vector["login"], password=vector["password"], salt=salt, profile=vector["profile"]
    )


def run_password(vector: Vector) -> None:
    keys = _password(vector)
    assert (keys.auth.raw.hex(), keys.kek.raw.hex()) == (vector["auth"], vector["kek"])


def run_unlock(vector: Vector) -> None:
    (user,) = unhex(vector, "user")
    kek = _password(vector).kek
    sealed = unbase64(vector, "box")
    amk = crypto.account.open(sealed, kek, user=crypto.UserId(user), gen=vector["gen"])
    assert amk.raw.hex() == vector["amk"]


def run_identity(vector: Vector) -> None:
    amk, user = unhex(vector, "amk", "user")
    me = crypto.identity.derive(crypto.AccountKey(amk), user=crypto.UserId(user), gen=vector["gen"])
    cert = me.certificate
    assert cert.ed_pk.hex() == vector["ed_pk"]
    assert cert.xw_pk.hex() == vector["xw_pk"]
    assert cert.cert_sig.hex() == vector["cert_sig"]
    assert me.contact.fingerprint.hex() == vector["fingerprint"]


def run_cert(vector: Vector) -> None:
    user, ed_pk, xw_pk, cert_sig, pin = unhex(vector, "user", "ed_pk", "xw_pk", "cert_sig", "pin")
    cert = crypto.Certificate(crypto.UserId(user), vector["gen"], ed_pk, xw_pk, cert_sig)
    contact = crypto.identity.check(cert, fingerprint=crypto.Fingerprint(pin))
    assert (contact.author.ed_pk, contact.xw_pk) == (ed_pk, xw_pk)


def run_ed25519(vector: Vector) -> None:
    seed, public, message, sig = unhex(vector, "seed", "pk", "msg", "sig")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    signature.check_public(public)
    assert key.public_key().public_bytes_raw() == public
    assert key.sign(message) == sig


def run_hpke_x25519(vector: Vector) -> None:
    """Proves the reference that the production HPKE is held against below."""
    info, secret, enc, aad, ct, plaintext = unhex(vector, "info", "skR", "enc", "aad", "ct", "pt")
    sender = unhex(vector, "pkS")[0] if vector["pkS"] else None
    shared_secret = rfc9180.decap_x25519(secret, enc, sender)
    cipher, nonce = rfc9180.aead(rfc9180.X25519, vector["mode"], shared_secret, info)
    assert cipher.decrypt(nonce, ct, aad) == plaintext


def run_xwing_kem(vector: Vector) -> None:
    """The vector's encapsulation, with a message behind it, through the production HPKE."""
    seed, public, enc, shared_secret = unhex(vector, "seed", "pk", "enc", "shared_secret")
    key = xwing.SecretKey(seed)
    assert key.public == public
    assert rfc9180.decap_xwing(seed, enc) == shared_secret
    cipher, nonce = rfc9180.aead(rfc9180.X_WING, rfc9180.BASE, shared_secret, b"info")
    assert key.open(enc + cipher.encrypt(nonce, b"message", b""), info=b"info") == b"message"


def run_share(vector: Vector) -> None:
    share, node, sender, recipient = unhex(vector, "share", "node", "snd", "rcp")
    sender_pk, amk, sig = unhex(vector, "snd_pk", "rcp_amk", "sig")
    invitation = crypto.Invitation(
        share=crypto.ShareId(share),
        node=crypto.NodeId(node),
        type=crypto.NodeType(vector["type"]),
        gen=vector["gen"],
        role=crypto.Role(vector["role"]),
        sender=crypto.UserId(sender),
        sender_gen=vector["snd_gen"],
        recipient=crypto.UserId(recipient),
        recipient_gen=vector["rcp_gen"],
        blob=unbase64(vector, "blob"),
        sig=sig,
    )
    me = crypto.identity.derive(
        crypto.AccountKey(amk), user=crypto.UserId(recipient), gen=vector["rcp_gen"]
    )
    pinned = crypto.Author(crypto.UserId(sender), vector["snd_gen"], sender_pk)
    key = crypto.share.open(invitation, recipient=me, sender=pinned)
    assert key.raw.hex() == vector["nk"]


def _record(found: Vector) -> crypto.NodeRecord:
    node, parent, author, tag, sig = unhex(found, "node", "parent", "author", "tag", "sig")
    key_box, meta_box = unhex(found, "key_box", "meta_box")
    return crypto.NodeRecord(
        node=crypto.NodeId(node),
        parent=crypto.NodeId(parent),
        type=crypto.NodeType(found["type"]),
        gen=found["gen"],
        ver=found["ver"],
        key_box=key_box,
        meta_box=meta_box,
        tag=tag,
        author=crypto.UserId(author),
        author_gen=found["author_gen"],
        sig=sig,
    )


def run_node(vector: Vector) -> None:
    key, parent, author_pk = unhex(vector, "parent_nk", "listing_parent", "author_pk")
    record = _record(vector["record"])
    seen = crypto.Mark(1, vector["seen_ver"], bytes(32)) if vector["seen_ver"] else None
    opened = crypto.node.open(
        record,
        folder=crypto.Folder(crypto.NodeId(parent), crypto.NodeKey(key)),
        authors=[crypto.Author(record.author, record.author_gen, author_pk)],
        seen=seen,
    )
    assert opened.key.raw.hex() == vector["nk"]
    meta = vector["meta"]
    assert opened.meta == crypto.FileMeta(
        name=meta["name"],
        mime=meta["mime"],
        mtime=meta["mtime"],
        rev=crypto.RevId(bytes.fromhex(meta["rev"])),
        size=meta["size"],
        root=bytes.fromhex(meta["root"]),
    )


def run_fragment(vector: Vector) -> None:
    link = crypto.LinkId(*unhex(vector, "link"))
    secret = crypto.link.read_fragment(vector["fragment"], link=link)
    assert (secret.profile, secret.secret.hex()) == (vector["profile"], vector["secret"])
    assert crypto.link.write_fragment(secret, link=link) == vector["fragment"]


def run_link(vector: Vector) -> None:
    link, node = unhex(vector, "link", "node")
    secret = crypto.link.read_fragment(vector["fragment"], link=crypto.LinkId(link))
    keys = crypto.link.derive(secret, link=crypto.LinkId(link), typed=vector["password"])
    kind = crypto.NodeType(vector["type"])
    terms = crypto.LinkTerms(
        crypto.LinkId(link), crypto.NodeId(node), kind, vector["gen"], vector["expires"]
    )
    linked = crypto.link.open(unbase64(vector, "box"), keys=keys, terms=terms)
    assert keys.auth.raw.hex() == vector["auth"]
    assert linked.key.raw.hex() == vector["nk"]
    assert linked.owner.ed_pk.hex() == vector["owner_pk"]


RUNNERS: dict[str, Callable[[Vector], None]] = {
    "box": run_box,
    "cert": run_cert,
    "ctx": run_ctx,
    "ed25519": run_ed25519,
    "fragment": run_fragment,
    "hpke-x25519": run_hpke_x25519,
    "identity": run_identity,
    "kd": run_kd,
    "link": run_link,
    "name-tag": run_name_tag,
    "node": run_node,
    "pad": run_pad,
    "password": run_password,
    "share": run_share,
    "stream": run_stream,
    "stream-generate": run_stream_generate,
    "stream-range": run_stream_range,
    "unlock": run_unlock,
    "xwing-kem": run_xwing_kem,
}
