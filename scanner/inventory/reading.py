"""Where rows of an inventory come from: files on this machine, and files that somebody sends."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from checks.model.text import Text
from policies.strict_yaml import (
    MAX_BYTES,
    Document,
    InputError,
    InputErrors,
    bytes_of,
    decoded,
    read_file,
    read_text,
)
from scanner.inventory.tables import SHEETS, Bounds, File, read_csv, read_xlsx


def read_rows(path: Path) -> Document:
    """What stands in a YAML, XLSX or CSV file or in a folder of the latter, each part with its place.

    Raises InputErrors where it cannot be read.
    """
    match path.suffix.lower():
        case ".yaml" | ".yml":
            return read_file(path)
        case ".xlsx":
            return read_xlsx(_files([path])[0], Bounds())
        case ".csv":
            return read_rows(path.parent)
        case _ if path.is_dir():
            files = _files([path / f"{sheet}.csv" for sheet in SHEETS])
            return read_csv(dict(zip(SHEETS, files, strict=True)), Bounds())
    vi = "cần tệp .yaml, .xlsx, .csv hoặc thư mục chứa agencies.csv và assets.csv"
    en = "a .yaml, .xlsx or .csv file is needed, or a folder with agencies.csv and assets.csv"
    raise InputErrors([InputError(str(path), "", Text(vi, en))])


def read_sent(files: Mapping[str, bytes], bounds: Bounds) -> Document:
    """The same of files that somebody sent: one YAML or XLSX file, or agencies.csv and assets.csv.

    Raises InputErrors.
    """
    sent = {name: File(name, data) for name, data in files.items()}
    if sum(len(each.data) for each in sent.values()) > bounds.most:
        size = bounds.most // 1024
        raise InputErrors(
            [InputError(", ".join(sorted(sent)), "", Text(f"lớn hơn {size} KiB", f"larger than {size} KiB"))]
        )
    if sorted(sent) == [f"{sheet}.csv" for sheet in SHEETS]:
        return read_csv({sheet: sent[f"{sheet}.csv"] for sheet in SHEETS}, bounds)
    if len(sent) == 1:
        (file,) = sent.values()
        match Path(file.name).suffix.lower():
            case ".yaml" | ".yml":
                return read_text(decoded(file.data, file.name), file.name, bounds.cells)
            case ".xlsx":
                return read_xlsx(file, bounds)
    vi = "cần một tệp .yaml hoặc .xlsx, hoặc cả hai tệp agencies.csv và assets.csv"
    en = "one .yaml or .xlsx file is needed, or both agencies.csv and assets.csv"
    raise InputErrors([InputError(", ".join(sorted(sent)), "", Text(vi, en))])


def place_in(rows: Document, path: tuple[str | int, ...]) -> tuple[str, str]:
    """The file and the place of something that stands there."""
    place = rows.places[path]
    if rows.source:
        return rows.source, place
    file, line, column = place.rsplit(":", 2)  # of two CSV files each place names its own
    return file, f"{line}:{column}"


def _files(paths: Iterable[Path]) -> list[File]:
    """Files as a whole, each of MAX_BYTES at the most. Raises InputErrors for all that cannot be read."""
    found, errors = [], []
    for path in paths:
        try:
            found.append(File(str(path), bytes_of(path, MAX_BYTES + 1)))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = Text(f"không đọc được tệp: {reason}", f"cannot read the file: {reason}")
            errors.append(InputError(str(path), "", message))
    if errors:
        raise InputErrors(errors)
    return found
