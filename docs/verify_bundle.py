"""Check a bundle of Khiên's history without Khiên: Python 3.11 and the package `cryptography` are all it needs.

    python verify_bundle.py BUNDLE [--checkpoint TEXT|FILE]... [--key HEX]... [--quiet]

BUNDLE is a ZIP file or a folder. --checkpoint is a state of the log that you noted elsewhere: the line that a report
prints, or a file of `khien history checkpoint --out`. --key is a public key that you were given by a trusted way.
It says what it checked and names what is wrong. Nothing is written and nothing is fetched.

Exit status: 0 everything fits, and what you gave vouches for all of it; 1 something is not as it was committed; 2 it
cannot be read; 3 everything fits, but nothing that you gave vouches for all of it. docs/history.md has the formats.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAMES = re.compile(r"bundle\.json|log\.jsonl|runs/[A-Za-z0-9][A-Za-z0-9_-]{0,39}\.jsonl|objects/[0-9a-f]{64}")
DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
HEAD_LIMIT, OBJECT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, COUNT_LIMIT = 4 << 20, 64 << 20, 256 << 20, 8 << 30, 2_000_000
LINE_LIMIT = 64 << 10
DAMAGED = (OSError, EOFError, ValueError, RuntimeError, OverflowError, struct.error, zipfile.BadZipFile, zlib.error)


class Unreadable(Exception):
    """The bundle cannot be read at all."""


class Bad(Exception):
    """One thing in it is not what it must be."""


def show(text):
    """A line without anything that a terminal would obey: a bundle may hold any text."""
    print("".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text))


def parsed(data):
    """The JSON value of canonical bytes; anything that could be read in two ways is refused."""
    try:
        value = json.loads(data, parse_float=_refuse, parse_constant=_refuse)
        if canonical(value) != bytes(data):
            raise Bad("not in canonical form")
    except (ValueError, RecursionError) as error:
        raise Bad("not JSON") from error
    return value


def _refuse(text):
    raise ValueError(text)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fields(value, **kinds):
    """The fields of an object that has exactly these, each of its type."""
    if not isinstance(value, dict) or value.keys() != kinds.keys():
        raise Bad("other fields than it must have")
    for name, kind in kinds.items():
        if not isinstance(value[name], kind) or isinstance(value[name], bool):
            raise Bad(f"{name} is not of its type")
    return [value[name] for name in kinds]


# ---- files ---------------------------------------------------------------------------------------------------------


class Files:
    """The files of a bundle by name, each read within bounds; nothing is unpacked to the disk."""

    def __init__(self, path):
        self.strange, self.sizes, self._zip, self._path = [], {}, None, path
        if path.is_dir():
            self._folder("")
        else:
            self._archive()
        if len(self.sizes) > COUNT_LIMIT or sum(self.sizes.values()) > TOTAL_LIMIT:
            raise Unreadable("it is larger than this program reads")

    def _folder(self, below):
        for each in (self._path / below).iterdir():
            name, facts = f"{below}{each.name}", each.lstat()  # a link is no file of a bundle
            if stat.S_ISDIR(facts.st_mode) and name in ("runs", "objects"):
                self._folder(f"{name}/")
            elif stat.S_ISREG(facts.st_mode) and NAMES.fullmatch(name):
                self.sizes[name] = facts.st_size
            else:
                self.strange.append(name)

    def _archive(self):
        try:
            if not self._path.is_file():
                raise Unreadable("neither a file nor a folder")
            self._zip = zipfile.ZipFile(self._path)
            for each in self._zip.infolist():
                if each.filename in self.sizes or not NAMES.fullmatch(each.filename) or each.flag_bits & 1:
                    self.strange.append(each.filename)
                else:
                    self.sizes[each.filename] = each.file_size
        except DAMAGED as error:
            raise Unreadable(str(error)) from error

    def read(self, name):
        if name not in self.sizes:
            raise Bad("it is missing")
        limit = HEAD_LIMIT if name == "bundle.json" else OBJECT_LIMIT if name.startswith("objects/") else FILE_LIMIT
        if self.sizes[name] > limit:
            raise Unreadable(f"{name} is larger than this program reads")
        try:
            with self._zip.open(name) if self._zip else (self._path / name).open("rb") as file:
                data = file.read(limit + 1)
        except DAMAGED as error:
            raise Bad(f"it cannot be read: {type(error).__name__}") from error
        if len(data) > limit:
            raise Unreadable(f"{name} is larger than this program reads")
        return data

    def lines(self, name):
        data = self.read(name)
        if data and not data.endswith(b"\n"):
            raise Bad("its last line is cut off")
        lines = data.split(b"\n")[:-1]
        if any(len(line) > LINE_LIMIT for line in lines):
            raise Bad("a line is longer than any can be")
        return lines


# ---- Merkle trees (RFC 9162, section 2.1) --------------------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Takes leaves one by one, and knows the root at any time."""

    def __init__(self):
        self.size, self._whole = 0, []  # the roots of whole subtrees, the largest first

    def add(self, leaf):
        found, size = leaf, self.size
        while size & 1:
            found, size = node_hash(self._whole.pop(), found), size >> 1
        self._whole.append(found)
        self.size += 1

    def root(self):
        if not self._whole:
            return hashlib.sha256().hexdigest()
        found = self._whole[-1]
        for each in reversed(self._whole[:-1]):
            found = node_hash(each, found)
        return found.hex()


def root_by_proof(leaf, index, size, proof):
    """The root to which a proof of inclusion leads (2.1.3.2); None for a proof of another length."""
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return found.hex() if last == 0 else None


# ---- what was signed -----------------------------------------------------------------------------------------------


def signed_by(key, signature, value):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), canonical(value))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def stamped_at(token, value):
    """The time in a token by RFC 3161 over these bytes; who signed the token is not checked here."""
    try:
        info = _der(base64.b64decode(token, validate=True))[0][1]  # ContentInfo
        signed = _der(_der(_der(info)[1][1])[0][1])  # SignedData: version, algorithms, content ...
        content = _der(_der(_der(signed[2][1])[1][1])[0][1])[0][1]  # TSTInfo
        told = _der(content)
        imprint = _der(told[2][1])[1][1]
        at = datetime.strptime(told[4][1].decode().split(".")[0].rstrip("Z") + "+0000", "%Y%m%d%H%M%S%z")
    except (ValueError, IndexError, TypeError) as error:
        raise Bad("its time stamp cannot be read") from error
    if imprint != hashlib.sha256(canonical(value)).digest():
        raise Bad("its time stamp is over something else")
    return at


def _der(data):
    """The tags and contents that follow each other in some DER."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            length, at = int.from_bytes(data[at : at + octets]), at + octets
        if at + length > len(data):
            raise ValueError("cut off")
        found.append((tag, data[at : at + length]))
        at += length
    return found


class Keys:
    """What was said of keys so far, in the order of the log."""

    def __init__(self):
        self.made, self.ended, self.revoked, self.before, self.current = [], {}, {}, {}, None

    def take(self, index, value):
        signatures, told = value["signatures"], value["statement"]
        step, key, before = told["step"], told["key"], told["before"]
        if told["schema"] != "khien.key/1":
            raise Bad("of another kind")
        signers = {"made": {key}, "rotated": {before, key}, "revoked": set()}[step]
        if signatures.keys() != signers or not all(signed_by(each, signatures[each], told) for each in signers):
            raise Bad("its signatures are not those that it must have")
        if step == "revoked":
            if key not in self.before or key in self.revoked:
                raise Bad("it revokes a key that is not there")
            since = datetime.fromisoformat(told["since"])
            if since.tzinfo is None:
                raise Bad("it names a time without its zone")
            self.revoked[key] = since
            self.ended.setdefault(key, index)
            self.current = None if self.current == key else self.current
            return
        if key in self.before or self.current != (before if step == "rotated" else None):
            raise Bad("the key could not come into use then")
        if step == "rotated":
            self.ended[before] = index
        else:
            self.made.append(key)
        self.before[key], self.current = before if step == "rotated" else "", key

    def line(self, key):
        """The first key of those that each took the other's place."""
        while self.before.get(key):
            key = self.before[key]
        return key


# ---- the checks ----------------------------------------------------------------------------------------------------


class Check:
    def __init__(self, path, quiet=False):
        self.faults, self.counts, self.quiet = [], defaultdict(int), quiet
        self.files = Files(path)
        self.leaves, self.keys, self.checkpoints = [], Keys(), []
        self.digests, self.mentioned = set(), set()  # which objects fit their name; what anything names
        self.said = {}  # what objects say, by kind and digest
        self.removed = set()  # observations whose bytes an act has removed
        self.logged = {}  # which leaf is of what
        self.vouched = 0  # leaves of the log that something given vouches for

    def fault(self, what, why):
        self.faults.append(f"{what}: {why}")

    def say(self, text):
        if not self.quiet:
            show(text)

    def guarded(self, what, work, *arguments):
        """Do one check; what goes wrong in it is a fault of that thing."""
        try:
            return work(*arguments)
        except Bad as error:
            self.fault(what, str(error))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
            self.fault(what, f"it is not in its form ({type(error).__name__})")
        return None

    def object(self, digest):
        """The bytes of an object, if they are those that its name promises."""
        found = DIGEST.fullmatch(digest)
        if not found:
            raise Bad(f"{digest!r} is no digest")
        name = f"objects/{found[1]}"
        data = self.files.read(name)
        if hashlib.sha256(data).hexdigest() != found[1]:
            raise Bad("other bytes than its name promises")
        return data

    def run(self, witnesses, trusted):
        head = self.guarded("bundle.json", self._head)
        for name in self.files.strange:
            self.fault(f"{name!r}", "no file of a bundle has that name, or two have it")
        lines = self.guarded("log.jsonl", self.files.lines, "log.jsonl")
        if head is None or lines is None:
            return None
        for index, line in enumerate(lines):
            self.guarded(f"log.jsonl, line {index + 1}", self._leaf, line)
        self._objects()
        self._statements()
        roots = self._roots(lines, {told["size"] for _, told, _ in self.checkpoints} | {w[0] for w in witnesses})
        if (len(lines), roots[len(lines)]) != (head["size"], head["root"]):
            self.fault("log.jsonl", "it is not the log that bundle.json speaks of")
        self.say(f"log: {len(lines)} leaves, root {roots[len(lines)]}")
        for sequence, told, _ in self.checkpoints:
            if roots.get(told["size"]) != told["root"]:
                self.fault(f"checkpoint {sequence}", f"the log has another root at {told['size']} leaves")
        self.vouched = max(self._witnessed(witnesses, roots), self._believed(trusted), 0)
        covered = self._runs(head, self.vouched)
        self._unreferenced()
        return covered

    def _head(self):
        head = parsed(self.files.read("bundle.json"))
        acts = head.pop("acts")
        schema, _, _, *lists = fields(head, schema=str, size=int, root=str, runs=list, agencies=list)
        if schema != "khien.bundle/1" or not all(isinstance(each, str) for names in lists for each in names):
            raise Bad("of another kind than this program knows")
        if acts is not (not head["agencies"]):
            raise Bad("a bundle has the acts, unless it is on some agencies")
        return {**head, "acts": acts}

    def _leaf(self, line):
        content, kind, subject = fields(parsed(line), content=str, kind=str, subject=str)
        self.leaves.append((kind, subject, content))
        self.mentioned.add(content)
        first = self.logged.setdefault((kind, subject), len(self.leaves))
        if first != len(self.leaves):
            raise Bad(f"line {first} is of the same {kind} {subject}")

    def _objects(self):
        """Every object is what its name promises."""
        for name in self.files.sizes:
            if name.startswith("objects/"):
                digest = f"sha256:{name[8:]}"
                if self.guarded(name, self.object, digest) is not None:
                    self.digests.add(digest)
        self.say(f"objects: {len(self.digests)} have the bytes that their names promise")

    def _statements(self):
        """Keys, and signed states of the log, in the order of the log."""
        for index, (kind, subject, content) in enumerate(self.leaves):
            if kind == "key":
                self.guarded(f"key statement {subject}", self._key, index, subject, content)
            elif kind == "checkpoint":
                self.guarded(f"checkpoint {subject}", self._checkpoint, index, subject, content)
            elif kind == "retention":
                self.guarded(f"retention {subject}", self._retention, content)
            elif kind == "act" and content in self.digests:
                self.guarded(f"act {subject}", self._act, content)
            if kind not in ("run", "file", "delivery") and content in self.digests:
                self._mentions(self.object(content))

    def _retention(self, content):
        self.removed.update(parsed(self.object(parsed(self.object(content))["removal"]["bodies"])))

    def _act(self, content):
        told = parsed(self.object(content))["act"]
        for side in (told["before"], told["after"]):
            if side and side["whole"] and side["whole"] not in self.digests:
                raise Bad(f"the object {side['whole']} is missing or damaged")

    def _mentions(self, data):
        self.mentioned.update(f"sha256:{each}" for each in DIGEST.findall(data.decode("utf-8", "replace")))

    def _key(self, index, subject, content):
        value = parsed(self.object(content))
        if str(value["sequence"]) != subject:
            raise Bad("it stands in another's place")
        self.keys.take(index, value)

    def _checkpoint(self, index, subject, content):
        value = parsed(self.object(content))
        told, signature, token = value["checkpoint"], value["signature"], value["timestamp"]
        if str(value["sequence"]) != subject or told["schema"] != "khien.checkpoint/1":
            raise Bad("it stands in another's place")
        if not 0 <= told["size"] <= index:
            raise Bad("it speaks of leaves that were not there yet")
        if not signed_by(told["key"], signature, told):
            raise Bad("its signature does not hold")
        if told["key"] not in self.keys.before or told["key"] in self.keys.ended:
            raise Bad("its key was not in use")
        self.checkpoints.append((subject, told, stamped_at(token, told) if token else None))

    def _roots(self, lines, wanted):
        """The roots of the log at some sizes, and at its own."""
        tree, roots = Tree(), {}
        for line in lines:
            if tree.size in wanted:
                roots[tree.size] = tree.root()
            tree.add(leaf_hash(line))
        return {**roots, len(lines): tree.root()}

    def _witnessed(self, witnesses, roots):
        """The size up to which the states that were noted elsewhere vouch for the log."""
        best = -1
        for size, begin, text in witnesses:
            if size not in roots:
                self.fault(f"checkpoint {text}", f"the log has only {len(self.leaves)} leaves: later ones are missing")
            elif not roots[size].startswith(begin):
                self.fault(f"checkpoint {text}", f"the first {size} leaves are not those of that time")
            else:
                self.say(f"the log begins with the {size} leaves of the checkpoint that you gave")
                best = max(best, size)
        return best

    def _believed(self, trusted):
        """The size up to which signatures of trusted keys vouch for the log."""
        best, keys = -1, self.keys
        for key in trusted:
            if key not in keys.before:
                self.fault(f"key {key}", "the log does not know this key")
        for sequence, told, stamp in self.checkpoints:
            key, when = told["key"], f", time stamp {stamp:%Y-%m-%d %H:%M:%S} UTC" if stamp else ""
            line = f"checkpoint {sequence}: {told['size']} leaves, {told['at']}, key {key[:16]}{when}"
            since = keys.revoked.get(key)
            if since is not None:  # who stole a key can make a time stamp of his own too
                early = stamp is not None and stamp < since
                unless = ", unless the authority of its time stamp vouches for it (openssl ts -verify)" if early else ""
                self.say(f"{line}: NOT BELIEVED, the key was revoked as of {since}{unless}")
                continue
            self.say(line)
            ours = {key, keys.line(key)} & set(trusted)
            best = max(best, told["size"]) if ours else best
        self.say(f"signed checkpoints: {len(self.checkpoints)}; each is over the beginning of this very log")
        for key in keys.made:
            self.say(f"key {key} began a line of keys; nothing but its publication vouches for it")
        return best

    def _runs(self, head, vouched):
        """Every run of the bundle; whether all of them are vouched for."""
        places = {
            subject: (index, content) for index, (kind, subject, content) in enumerate(self.leaves) if kind == "run"
        }
        named = {name[5:-6] for name in self.files.sizes if name.startswith("runs/")}
        for run in sorted(named ^ set(head["runs"])):
            self.fault(f"runs/{run}.jsonl", "it is missing" if run not in named else "bundle.json does not name it")
        covered = True
        for run in sorted(named):
            if run not in places:
                self.fault(f"run {run}", "the log does not commit to it")
                continue
            index, content = places[run]
            self.guarded(f"run {run}", self._run, run, content, head["agencies"])
            if index >= vouched:
                covered = False
                self.say(f"run {run}: nothing that you gave vouches for leaf {index} of the log")
        for kind, subject, content in self.leaves:
            if kind != "run" and head["acts"] and content not in self.digests:
                self.fault(f"{kind} {subject}", "its object is missing or damaged")
        self.say(
            f"runs: {len(named)}; entries {self.counts['entries']}, findings {self.counts['findings']}, "
            f"looks {self.counts['looks']}"
        )
        if head["agencies"]:
            self.say(f"a part: what it has is of these agencies only, and without acts: {', '.join(head['agencies'])}")
        self.say(f"runs in the log: {len(places)}, of which this bundle has {len(named & places.keys())}")
        shown = [kind != "run" and (head["acts"] or kind in ("key", "retention")) for kind, _, _ in self.leaves]
        later = [index for index in range(vouched, len(self.leaves)) if shown[index]]
        later = [index for index in later if self.leaves[index][0] != "checkpoint"]
        if later:
            self.say(
                f"acts: nothing that you gave vouches for {len(later)} of them, from leaf {later[0]} of the log on"
            )
        return covered and bool(vouched) and not later

    def _run(self, run, content, agencies):
        record = parsed(self.object(content))
        name, root, _schema, size = fields(record, run=str, root=str, schema=int, size=int)
        if name != run:
            raise Bad("its record is another run's")
        tree, entries, places, part = Tree(), [], [], bool(agencies)
        for number, line in enumerate(self.files.lines(f"runs/{run}.jsonl")):
            value = parsed(line)
            index, proof = value.pop("index"), value.pop("proof")
            content, kind, subject = fields(value, content=str, kind=str, subject=str)
            leaf = leaf_hash(canonical(value))
            if part:
                found = root_by_proof(leaf, index, size, [bytes.fromhex(each) for each in proof])
                if not 0 <= index < size or found != root:
                    raise Bad(f"line {number + 1}: {kind} {subject} is not entry {index} of the run")
            elif (index, proof) != (number, None):
                raise Bad(f"line {number + 1}: entry {index} stands there")
            tree.add(leaf)
            entries.append((kind, subject, content))
            places.append(index)
        if not part and (tree.size, tree.root()) != (size, root):
            raise Bad("its entries are not those that the log commits to: changed, removed, inserted or reordered")
        self.counts["entries"] += len(entries)
        self._contents(run, entries, part)
        if part:
            self._part(entries, places, size, agencies)

    def _part(self, entries, places, size, agencies):
        """That nothing was left out but findings and looks of other agencies."""
        if not places or (places[0], places[-1]) != (0, size - 1):
            raise Bad("its first or its last entry is missing")
        for at in range(1, len(places)):
            before, after = entries[at - 1][0], entries[at][0]
            left_out = before in ("plan", "looks", "findings") and after in ("looks", "findings", "times")
            if places[at] != places[at - 1] + 1 and (places[at] <= places[at - 1] or not left_out):
                raise Bad(f"entries before {after} are missing, or stand there twice")
        there = set(entries)
        opening, closing = (parsed(self.object(entries[at][2])) for at in (0, -1))
        wanted = {("plan", each, each) for each in (opening["plan"], *closing["plan"])}
        for agency in closing["agencies"].keys() & set(agencies):
            for asset, (findings, looks, _) in parsed(self.object(closing["agencies"][agency])).items():
                told = (("findings", asset, findings), ("looks", asset, looks))
                wanted |= {each for each in told if each[2]}
        for kind, subject, _ in sorted(wanted - there):
            raise Bad(f"{kind} {subject}: it was left out")

    def _contents(self, run, entries, part):
        """What the entries name is there, and belongs together."""
        seen, referred, needed = set(), set(), set()
        for kind, subject, content in entries:
            name = f"run {run}, {kind} {subject}".rstrip()
            told = self.guarded(name, self._says, kind, content)
            if told is None:
                continue
            of, observations, number, more = told
            needed |= more
            if of != {"opening": {run}, "closing": {run}, "findings": {subject}}.get(kind, of):
                self.fault(name, "of another run" if kind != "findings" else "a finding is another asset's")
            if kind in ("looks", "findings"):
                (seen if kind == "looks" else referred).update(observations)
                self.counts[kind] += number
        for digest in sorted(referred - seen):
            self.fault(f"run {run}", f"a finding rests on {digest}, which the run did not see")
        observed = (referred if part else seen) - self.digests
        if observed & self.removed:
            self.say(f"run {run}: an act has removed the bytes of {len(observed & self.removed)} observations")
        for digest in sorted((observed - self.removed) | (needed - self.digests)):
            self.fault(f"run {run}", f"the object {digest} is missing or damaged")

    def _says(self, kind, content):
        """What an object says, read once however many runs have it: of which run or assets it is, the observations that
        it names, the number of its lines, and what else must be there."""
        if (kind, content) not in self.said:
            data = self.object(content)
            self.mentioned.add(content)
            self._mentions(data)
            of, observations, more, lines = set(), set(), set(), []
            if kind in ("opening", "closing"):
                told = parsed(data)
                of = {told["id" if kind == "opening" else "run"]}
                more = {told["inventory"], told["waivers"]} if kind == "opening" else set(told["agencies"].values())
            elif kind in ("looks", "findings"):
                lines = [parsed(line) for line in data.split(b"\n")[:-1]]
                of = {each["asset"] for each in lines} if kind == "findings" else of
                named = (each["evidence"] if kind == "findings" else [each] for each in lines)
                observations = {each["observation"] for group in named for each in group}
            self.said[kind, content] = of, observations, len(lines), more
        return self.said[kind, content]

    def _unreferenced(self):
        for digest in sorted(self.digests - self.mentioned):
            self.fault(f"objects/{digest[7:]}", "nothing refers to it: it was inserted")


def witness(text):
    """A state of the log as it was noted: size, beginning of the root in hexadecimal, and the words."""
    noted = text.strip()
    if Path(text).is_file():
        with Path(text).open("rb") as file:
            value = parsed(file.read(LINE_LIMIT).strip())
        value = value.get("checkpoint", value)
        noted = f"{value['size']} {value['root']}"
    told = re.fullmatch(r"([0-9]{1,15})[-:\s]+([0-9a-fA-F]{64})", noted)
    if told:
        return int(told[1]), told[2].lower(), text
    told = re.fullmatch(r"([0-9]{1,15})[-\s]([A-Z2-7]{4}([-\s]?[A-Z2-7]{4}){7})", noted.upper())
    if not told:
        raise Unreadable(f"{text!r} is neither a file nor a checkpoint")
    return int(told[1]), base64.b32decode(re.sub(r"[-\s]", "", told[2])).hex(), text


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="TEXT|FILE")
    parser.add_argument("--key", action="append", default=[], metavar="HEX")
    parser.add_argument("--quiet", action="store_true", help="say only what is wrong, and the verdict")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        witnesses = [witness(each) for each in options.checkpoint]
        check = Check(Path(options.bundle), options.quiet)
        covered = check.run(witnesses, [each.lower() for each in options.key])
    except (Unreadable, Bad, OSError, KeyError, ValueError, AttributeError, TypeError) as error:
        show(f"CANNOT BE READ: {error}")
        return 2
    for each in check.faults:
        show(f"WRONG  {each}")
    if check.faults:
        print(f"NOT INTACT: {len(check.faults)} faults")
        return 1
    if covered:
        print("INTACT")
    elif check.vouched:
        print(
            f"INTACT IN ITSELF: what you gave vouches for the first {check.vouched} of {len(check.leaves)} leaves only"
        )
    else:
        print("INTACT IN ITSELF: give --checkpoint or --key to know that it is the history of that time")
    return 0 if covered else 3


if __name__ == "__main__":
    sys.exit(main())
