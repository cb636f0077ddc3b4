"""headers.directory_listing: the address shows a page that somebody wrote, not the list of files of a directory.

Such lists show strangers backups, configuration and whatever else was left there (OWASP WSTG-CONF-04). Only the URL
of the asset is looked at; no directory is guessed.
"""

from checks.check import Check, NoParams, Subject
from checks.headers.body import BODY_REASONS, asking, fault, final_page, judged_whole
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail for a list that a web server made."""
    found = final_page(subject)
    if isinstance(found, Outcome):
        return found
    answer, page = found
    if page.listing is None:
        return judged_whole(answer, page, [])
    return failed([fault(subject, answer, "listing", "directory_listed", "page", server=page.listing)])


CHECK = Check(
    id="headers.directory_listing",
    version=1,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=BODY_REASONS | {"directory_listed"},
    reproduce=asking(),
)
