"""khien user token: tokens with which programs read the console's API in a user's name."""

from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.canonical import plain
from scanner.cli.actor import actor
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.memory import open_console
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import note, print_json, print_line, print_table

if TYPE_CHECKING:
    from console.models import User

UserArgument = Annotated[
    str, typer.Argument(metavar="USER", help=say("Tên đăng nhập của người dùng.", "The user's name."))
]
TokenArgument = Annotated[
    str, typer.Argument(metavar="TOKEN", help=say("Tên của mã, như bang-theo-doi.", "The token's name."))
]
DaysOption = Annotated[
    int,
    typer.Option("--days", min=1, max=365, help=say("Mã có hiệu lực bao nhiêu ngày.", "How many days it lasts.")),
]


def register(group: typer.Typer) -> None:
    """Add the commands below `khien user`."""
    tokens = typer.Typer(
        no_args_is_help=True, help=say("Mã truy cập API của người dùng.", "A user's tokens for the API.")
    )
    tokens.command(
        "add",
        help=say(
            "Tạo mã với đúng quyền của người dùng. Mã chỉ in ra lần này.",
            "Make a token with the user's rights. It is printed this once.",
        ),
    )(add)
    tokens.command(
        "list", help=say("Liệt kê mã của một hoặc mọi người dùng.", "List the tokens of a user, or of all.")
    )(list_)
    tokens.command("revoke", help=say("Thu hồi mã, có hiệu lực ngay.", "Revoke a token, at once."))(revoke)
    group.add_typer(tokens, name="token")


def add(user: UserArgument, token: TokenArgument, days: DaysOption = 90, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Raises Usage for an unknown user and for a bad or taken name."""
    open_console(read_config(config))
    from console import accounts, tokens

    try:
        made = tokens.make(_user(user), token, days, actor())
    except accounts.BadAccount as error:
        raise Usage(error.text.vi, error.text.en) from None
    note(say("Mã chỉ hiện lần này:", "The token is shown this once:"))
    print_line(made)
    return 0


def list_(
    user: Annotated[
        str, typer.Argument(metavar="[USER]", help=say("Chỉ của người dùng này.", "Of this user only."))
    ] = "",
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage for an unknown user."""
    open_console(read_config(config))
    from console import tokens

    found = tokens.every(_user(user).name if user else "")
    if json:
        print_json([plain(each) for each in found])
        return 0
    headings = [say("Người dùng", "User"), say("Tên mã", "Token"), say("Tạo lúc", "Made at")]
    headings += [say("Hết hạn", "Expires"), say("Dùng gần nhất", "Last used")]
    rows = []
    for each in found:
        moments = (each.created, each.expires, each.used)
        told = ("–" if at is None else at.astimezone().isoformat(" ", "seconds") for at in moments)
        rows.append((each.user, each.name, *told))
    print_table(headings, rows)
    return 0


def revoke(user: UserArgument, token: TokenArgument, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Raises Usage for an unknown user or token."""
    open_console(read_config(config))
    from console import accounts, tokens

    try:
        tokens.revoke(_user(user), token, actor())
    except accounts.BadAccount as error:
        raise Usage(error.text.vi, error.text.en) from None
    print_line(say(f"Đã thu hồi {token} của {user}.", f"{token} of {user} is revoked."))
    return 0


def _user(name: str) -> "User":
    """Raises Usage for an unknown one."""
    from console.models import User

    found = User.objects.filter(name=name).first()
    if found is None:
        raise Usage(f"không có người dùng {name!r}", f"there is no user {name!r}")
    return found
