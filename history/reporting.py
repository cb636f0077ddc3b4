"""Reports that the security team asks for in the console, and what became of each: through the doorway."""

from datetime import datetime

from checks.model.operation import Operation
from checks.model.report_order import ReportOrder
from checks.model.text import Text
from history import requests
from history.access import OPEN_REQUESTS, Door
from history.errors import BadAct, NotSeen


class Reporting:
    """As far as one viewer may see and act. Raises NotSeen for an agency's viewer, and on acting for who is not of the
    security team."""

    def __init__(self, door: Door) -> None:
        if not door.whole:
            raise NotSeen("reports that are asked for")
        self._door = door

    def orders(self, limit: int) -> tuple[Operation, ...]:
        """The latest that were asked for, newest first."""
        return requests.latest(limit, kind="report")

    def order(self, name: str) -> Operation:
        """One of the latest."""
        for each in self.orders(requests.LATEST):
            if each.first.name == name:
                return each
        raise NotSeen(name)

    def ask(self, wanted: ReportOrder, at: datetime) -> str:
        """Ask for reports, in the viewer's name; the id of the request: that of an open one where the same was asked
        for already. Raises NotSeen for a run that is not there, BadAct for what cannot be made, as on an agency that
        the run has not looked at, and for too many at once, NotStored."""
        self._acting()
        if self._door.run(wanted.run).state != "finished":
            raise BadAct(Text("Đợt rà quét này chưa kết thúc.", "This run is not finished."))
        if not set(wanted.agencies) <= self._door.agencies(wanted.run):
            raise BadAct(Text("Đợt rà quét này không có cơ quan đã chọn.", "This run has not looked at that agency."))
        if (wanted.number is None) != (wanted.day is None):
            raise BadAct(Text("Số và ngày ban hành đi cùng nhau.", "Number and date stand together."))
        waiting = [each for each in self.orders(requests.LATEST) if each.open]
        same = next((each for each in waiting if each.first.report == wanted), None)
        if same is not None:
            return same.first.name
        if sum(each.first.by == self._door.viewer.name for each in waiting) >= OPEN_REQUESTS:
            raise BadAct(
                Text(
                    f"Đang có {OPEN_REQUESTS} yêu cầu của bạn chưa xong; hãy chờ.",
                    f"{OPEN_REQUESTS} requests of yours are not over yet; please wait.",
                )
            )
        return requests.ask(wanted, self._door.viewer.name, at)

    def withdraw(self, name: str, at: datetime) -> None:
        """Take a request back that is not begun. Raises BadAct where it is too late; NotStored."""
        self._acting()
        self.order(name)
        requests.withdraw(name, self._door.viewer.name, at, kind="report")

    def _acting(self) -> None:
        if self._door.viewer.role != "security":
            raise NotSeen(self._door.viewer.role)
