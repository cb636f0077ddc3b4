"""khien user: the people who may sign in to the console."""

import getpass
import sys
from typing import Annotated, Literal, cast

import typer

from checks.model.canonical import plain
from policies.explain import nearest
from scanner.cli import user_tokens
from scanner.cli.actor import actor
from scanner.cli.config import Config, read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.listing import listed
from scanner.cli.memory import open_console
from scanner.cli.openid import link
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import note, print_json, print_line, print_table

Role = Literal["security", "agency", "auditor"]
ROLES: dict[str, str] = {
    "security": say("đội giám sát an toàn thông tin", "security team"),
    "agency": say("cơ quan, đơn vị", "agency"),
    "auditor": say("kiểm toán viên", "auditor"),
}
LONGEST_LINE = 1000
"""Characters of a password that comes over a pipe; what is longer is no password."""
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help=say("Tên đăng nhập, như van-thu.so-mau.", "The name to sign in with."))
]
RoleOption = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="|".join(ROLES),
        help=say(
            "security làm mọi việc; agency chỉ thấy cơ quan của mình; auditor thấy tất cả, không sửa gì.",
            "security acts for all; agency sees its own agency alone; auditor sees everything and changes nothing.",
        ),
    ),
]
OwnAgencyOption = Annotated[
    str, typer.Option("--agency", metavar="ID", help=say("Cơ quan của người đó.", "The agency of that user."))
]
FactorOption = Annotated[
    bool,
    typer.Option(
        "--second-factor",
        help=say("Bỏ cả xác thực hai bước (mất điện thoại).", "Also take the second factor away (a lost telephone)."),
    ),
]
OpenIdOption = Annotated[
    str,
    typer.Option(
        "--openid",
        metavar="SUB",
        help=say(
            "Đăng nhập qua OpenID, không có mật khẩu: mã `sub` của người đó ở hệ thống tài khoản.",
            "Signs in with OpenID and has no password: the provider's own id of them, its claim `sub`.",
        ),
    ),
]
OpenIdEmailOption = Annotated[
    str,
    typer.Option(
        "--openid-email",
        metavar="ADDRESS",
        help=say(
            "Như trên, khi chưa biết `sub`: địa chỉ thư đã xác minh ở đó, dùng cho lần đăng nhập đầu.",
            "The same while that id is not known: the e-mail address verified there, for the first sign-in.",
        ),
    ),
]
KeepOption = Annotated[
    bool,
    typer.Option(
        "--keep-password",
        help=say("Không bắt đổi mật khẩu khi đăng nhập lần đầu.", "The password need not be changed at first."),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Người dùng của trang điều hành.", "Users of the console."))
    group.command(
        "add",
        help=say(
            "Tạo người dùng. Mật khẩu được hỏi, hoặc đọc một dòng từ đầu vào chuẩn; không bao giờ nằm trên dòng lệnh. "
            "Với --openid thì không có mật khẩu.",
            "Make a user. The password is asked for, or read as one line of standard input; never from the command. "
            "With --openid there is none.",
        ),
    )(add)
    group.command(
        "link",
        help=say(
            "Cho người dùng đăng nhập qua OpenID thay cho mật khẩu; phiên đang mở kết thúc. Trở lại: khien user reset.",
            "Let a user sign in with OpenID and no more with a password; what is open ends. Back: khien user reset.",
        ),
    )(link_)
    group.command("list", help=say("Liệt kê người dùng.", "List the users."))(list_)
    group.command(
        "reset",
        help=say(
            "Đặt lại mật khẩu (hỏi như khi tạo) và mở khóa; người dùng phải đổi khi đăng nhập.",
            "Give a new first password, asked for as with add, and unlock; it must be changed at the next sign-in.",
        ),
    )(reset)
    group.command(
        "disable", help=say("Khóa người dùng; phiên đang mở kết thúc ngay.", "Lock a user out, at once everywhere.")
    )(disable)
    user_tokens.register(group)
    app.add_typer(group, name="user")


def add(
    name: NameArgument,
    role: RoleOption,
    agency: OwnAgencyOption = "",
    keep_password: KeepOption = False,
    openid: OpenIdOption = "",
    openid_email: OpenIdEmailOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage for a role or agency that there is not, and for a weak password."""
    settings = read_config(config)
    if role not in ROLES:
        raise Usage(f"--role phải là một trong: {', '.join(ROLES)}", f"--role is one of: {', '.join(ROLES)}")
    open_console(settings)
    _fits(settings, role, agency)
    from console import accounts

    try:
        way = link(settings, openid, openid_email) if openid or openid_email else _password()
        made = accounts.add(name, cast(Role, role), agency, way, actor(), temporary=not keep_password)
    except accounts.BadAccount as error:
        raise Usage(error.text.vi, error.text.en) from None
    print_line(say(f"Đã tạo {made.name} ({ROLES[role]}).", f"Made {made.name} ({ROLES[role]})."))
    return 0


def link_(
    name: NameArgument,
    openid: OpenIdOption = "",
    openid_email: OpenIdEmailOption = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage for an unknown name, and for somebody who is linked already."""
    settings = read_config(config)
    open_console(settings)
    from console import accounts

    try:
        accounts.link(name, link(settings, openid, openid_email), actor())
    except accounts.BadAccount as error:
        raise Usage(error.text.vi, error.text.en) from None
    print_line(say(f"{name} đăng nhập qua OpenID.", f"{name} signs in with OpenID."))
    return 0


def list_(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_console(read_config(config))
    from console import accounts

    found = accounts.every()
    if json:
        print_json([plain(each) for each in found])
        return 0
    yes, no = say("có", "yes"), say("không", "no")
    print_table(
        [
            say("Tên", "Name"),
            say("Vai trò", "Role"),
            say("Cơ quan", "Agency"),
            say("Hoạt động", "Active"),
            say("Xác thực hai bước", "Second factor"),
            "OpenID",
            say("Đăng nhập gần nhất", "Last sign-in"),
        ],
        [
            (
                each.name,
                ROLES[each.role],
                each.agency or "–",
                yes if each.active else no,
                yes if each.second_factor else no,
                each.openid or "–",
                "–" if each.last_sign_in is None else each.last_sign_in.astimezone().isoformat(" ", "seconds"),
            )
            for each in found
        ],
    )
    return 0


def reset(name: NameArgument, second_factor: FactorOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Raises Usage for an unknown name, and for a weak password."""
    open_console(read_config(config))
    from console import accounts

    try:
        accounts.reset(name, _password(), actor(), second_factor=second_factor)
    except accounts.BadAccount as error:
        raise Usage(error.text.vi, error.text.en) from None
    print_line(say(f"Đã đặt lại {name}.", f"{name} has a new first password."))
    return 0


def disable(name: NameArgument, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Raises Usage for an unknown name."""
    open_console(read_config(config))
    from console import accounts

    try:
        accounts.disable(name, actor())
    except accounts.BadAccount as error:
        raise Usage(error.text.vi, error.text.en) from None
    print_line(say(f"Đã khóa {name}.", f"{name} is locked out."))
    return 0


def _fits(settings: Config, role: str, agency: str) -> None:
    """Raises Usage where the agency does not go with the role, or the inventory does not have it."""
    if (role == "agency") != bool(agency):
        raise Usage(
            "--agency đi cùng --role agency, và chỉ khi đó", "--agency goes with --role agency, and with that alone"
        )
    known = [each.id for each in listed(settings).agencies] if agency else []
    if agency and agency not in known:
        near = nearest(agency, known)
        raise Usage(f"danh mục không có cơ quan {agency!r}{near.vi}", f"there is no agency {agency!r}{near.en}")


def _password() -> str:
    """What was typed twice alike, or the first line of standard input where that is no terminal. Raises Usage."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    note(say("Mật khẩu cần ít nhất 12 ký tự.", "A password has at least 12 characters."))
    first = getpass.getpass(say("Mật khẩu: ", "Password: "))
    if first != getpass.getpass(say("Nhập lại: ", "Once more: ")):
        raise Usage("hai lần nhập không giống nhau", "the two are not alike")
    return first
