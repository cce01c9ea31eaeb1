"""`cordee process`: one server process alone, behind nginx, kept alive by the system (deploy/)."""

import argparse
import os
from urllib.parse import urlsplit

from components.command import serve
from components.command.arguments import CommandError
from components.command.launcher import Server
from components.command.places import default_database_url, keys_directory
from components.look.i18n import t

ROLES = ("urn", "pages")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser(
        "process", help=t("command.process_help"), description=t("command.process_description")
    )
    parser.add_argument("role", choices=ROLES, help=t("command.process_role"))
    parser.add_argument("--port", required=True, help=t("command.process_port"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Becomes the server process: whoever started us watches it. Raises CommandError before that."""
    plan = read_plan(args.port, dict(os.environ))
    if problem := serve.port_problem("127.0.0.1", plan.port):
        raise CommandError(serve.port_sentence(problem, "--port", plan.port))
    serve.open_stores(plan)
    server = alone(plan, args.role, os.environ.get("CORDEE_PAGES_URL", ""))
    os.chdir(server.folder)
    os.execvpe(server.command[0], list(server.command), dict(server.environ))


def read_plan(port: str, environ: dict[str, str]) -> serve.Plan:
    """What the environment says of this installation. Raises CommandError."""
    join = environ.get("CORDEE_JOIN_URL", "").rstrip("/")
    host = urlsplit(join).hostname
    if not host or urlsplit(join).scheme not in ("http", "https"):
        raise CommandError(t("command.process_join"))
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise CommandError(t("command.bad_port", name="--port", value=port[:20]))
    url = serve.absolute(default_database_url())
    return serve.Plan(
        url=url,
        keys=keys_directory(url).absolute(),
        port=int(port),
        phone_port=int(port),
        host=host,
        join=join,
        imposed=True,
        open_pages=False,
        phones=True,
    )


def alone(plan: serve.Plan, role: str, pages_url: str) -> Server:
    """The server of a role as `cordee serve` would start it, but reached through nginx only.

    It listens on this machine alone and believes what nginx says of who asks (X-Real-IP, X-Scheme). The pages'
    sockets come from `pages_url`, where nginx shows them. Raises CommandError when it is missing.
    """
    server = next(found for found in serve.servers(plan) if found.name == role)
    command = [*server.command, "--use-xheaders"]
    place = command.index("--address") + 1
    command[place] = "127.0.0.1"
    if role == "pages":
        origin = urlsplit(pages_url)
        if not origin.hostname:
            raise CommandError(t("command.process_pages"))
        port = origin.port or (443 if origin.scheme == "https" else 80)
        for known in {origin.netloc, f"{origin.hostname}:{port}"}:
            command += ["--allow-websocket-origin", known]
    environ = {**server.environ, "CORDEE_PROXY": "1", "CORDEE_LEASH": "0"}
    return Server(server.name, command, environ, server.folder, server.port)
