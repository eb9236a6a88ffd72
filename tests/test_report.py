"""``langeadem report``: one file that opens anywhere, says everything, and prints well.

What is protected here: a reader elsewhere, without this program, without a network and perhaps
without eyes, gets the whole result: in either language, on a screen, a phone and on paper. Real
Chromium opens the file from disk; where it is not installed those tests are left out and say so.
"""

from __future__ import annotations

import html
import itertools
import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from unicodedata import normalize

import pytest
from langeadem.experiments.cli.screen import Listing
from langeadem.experiments.cli.summary_file import as_table as screen_table
from langeadem.experiments.cli.summary_file import write_summary
from langeadem.scenarios import FIGURES, load, mechanism_descriptions, parameter_cards
from langeadem.viz.report.blocks import SUMMARY, Summary, TableBlock
from langeadem.viz.report.build import SECTIONS, as_table, own_files, portable
from langeadem.viz.report.saved import without_folders
from langeadem.viz.text import LANGUAGES, texts
from PIL import Image

from .asking import call

SMALL = ("--set", "figures.households=160", "--set", "figures.residents=340")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine")


# -- results to report ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small folder of each command."""
    folder = tmp_path_factory.mktemp("results")
    small = ["--lang", "en", "--quiet", *SMALL]
    asked = {
        "run": ["run", "average", "--policy", "carousel", "--years", "6", *small],
        "why": ["why", "average", "--policy", "continuous", "--year", "2", *small],
        "visible": ["visible", "watch-out", "average", "--years", "2,4", *small],
    }
    asked["run"] += ["--set", "moving.local_wish=0.55", "--set", "mechanisms.crowding=false"]
    asked["run"] += ["--set", "programmes.watch-out.places=7"]
    for name, words in asked.items():
        done = call(*words, "--out", str(folder / name))
        assert done.exit_code == 0, done.output
    return {name: folder / name for name in asked}


@pytest.fixture(scope="module")
def pages(results: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the report of every result in both languages, by name and language."""
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    for name, result in results.items():
        for lang in LANGUAGES:
            target = folder / f"{name}-{lang}.html"
            done = call("report", str(result), "--lang", lang, "--out", str(target))
            assert done.exit_code == 0, done.output
            found[f"{name}-{lang}"] = target
    return found


REPORTS = [f"{name}-{lang}" for name in ("run", "why", "visible") for lang in LANGUAGES]


def words_of(page: Path) -> str:
    """Return what a reader reads, on one line."""
    text = re.sub(r"<style>.*?</style>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


class Outline(HTMLParser):
    """What a screen reader goes by: headings, pictures, tables, anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        """Return the attributes of every element of these kinds."""
        return [found for tag, found in self.tags if tag in tags]


@pytest.fixture(scope="module")
def outlines(pages: dict[str, Path]) -> dict[str, Outline]:
    return {name: Outline(page.read_text(encoding="utf-8")) for name, page in pages.items()}


# -- what it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_every_section_is_there_in_its_language(pages: dict[str, Path], name: str) -> None:
    t, words = texts(name[-2:]), words_of(pages[name])
    at = [words.index(t(f"report.section_{section}"), 200) for section in SECTIONS]
    assert at == sorted(at)
    other = texts("en" if t.lang == "nl" else "nl")
    for section in SECTIONS:
        assert other(f"report.section_{section}") not in words


@pytest.mark.parametrize("name", REPORTS)
def test_question_answer_tables_and_command_are_those_of_the_result(
    results: dict[str, Path], pages: dict[str, Path], name: str
) -> None:
    folder, words = results[name[:-3]], words_of(pages[name])
    block = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))[name[-2:]]
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert block["question"].endswith("?")
    for text in (block["question"], block["answer"], record["command"], *block["caveats"]):
        assert " ".join(text.split()) in words
    for table in block["tables"]:
        for row in table["rows"]:
            assert " ".join(" ".join(row).split()) in words
    assert record["finished"][:10] in words
    assert f"langeadem {record['versions']['langeadem']}" in words


def test_numbers_are_written_as_in_the_language_of_the_report(results: dict[str, Path]) -> None:
    """The run was asked in English; its Dutch report has decimal commas everywhere."""
    blocks = json.loads((results["why"] / SUMMARY).read_text(encoding="utf-8"))
    cells = {
        lang: [cell for table in blocks[lang]["tables"] for row in table["rows"] for cell in row]
        for lang in LANGUAGES
    }
    numbers = [cell for cell in cells["en"] if re.fullmatch(r"[+-]?\d+\.\d+", cell)]
    assert len(numbers) > 20
    for english, dutch in zip(cells["en"], cells["nl"], strict=True):
        if english in numbers:
            assert dutch == english.replace(".", ",")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_are_in_the_language_of_the_report(results: dict[str, Path], lang: str) -> None:
    block = json.loads((results["run"] / SUMMARY).read_text(encoding="utf-8"))[lang]
    files = [one["file"] for one in block["figures"]]
    ending = ".png" if lang == "en" else ".nl.png"
    assert files == [f"ladders{ending}", f"map{ending}"]
    assert all((results["run"] / file).exists() for file in files)
    assert texts(lang)("ladders.below") == block["figures"][0]["alt"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_differs_from_the_default_comes_first(pages: dict[str, Path], lang: str) -> None:
    t, words = texts(lang), words_of(pages[f"run-{lang}"])
    first, second = words.index(t("report.changed")), words.index(t("report.relevant"))
    changed = words[first:second]
    for key, value, usual in (
        ("moving.local_wish", t.value(0.55), t.value(0.3)),
        ("mechanisms.crowding", t("explain.off"), t("explain.on")),
        ("programmes.watch-out.places", "7", "20"),
        ("programmes.watch-out.offers.work_places", "7", "20"),
        ("figures.households", "160", ""),
    ):
        assert re.search(rf"{re.escape(key)} {re.escape(value)} .*?{re.escape(usual)}", changed), (
            key
        )
    assert changed.count(t("report.mark_set")) == 6, "and figures.residents"
    assert "capability.fade_out_half_life" not in changed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_assumption_is_there_once_with_source_and_mark(
    pages: dict[str, Path], lang: str
) -> None:
    t, text = texts(lang), pages[f"run-{lang}"].read_text(encoding="utf-8")
    keys = re.findall(r"<code>([\w.-]+\.[\w.-]+)</code></th>", text)
    assert len(keys) == len(set(keys))
    known = {*parameter_cards(), *(f"figures.{name}" for name in FIGURES)}
    known |= {f"mechanisms.{name}" for name in mechanism_descriptions()}
    assert known <= set(keys)
    assert {f"programmes.{name}.support.lasting" for name in ("vooruit", "xpoint")} <= set(keys)
    rows = re.findall(r'<td><span class="mark (\w+)">(.*?)</span>(.*?)</td>', text, re.DOTALL)
    assert len(rows) == len(keys)
    for mark, words, source in rows:
        assert words == t(f"report.mark_{mark}")
        assert source.strip() or mark == "judgement"


def test_a_parameter_is_shown_with_its_card(pages: dict[str, Path]) -> None:
    card, words = parameter_cards()["moving.up_and_out"], words_of(pages["why-en"])
    row = f"{card.doc} {card.key} {card.default} {card.unit} {card.default}"
    assert f"{row} {card.low:g} to {card.high:g} source {card.source}" in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_policies_tell_programmes_calendars_and_money(pages: dict[str, Path], lang: str) -> None:
    t, words = texts(lang), words_of(pages[f"run-{lang}"])
    setup = load("average", "carousel", {"years": 6, "programmes.watch-out.places": 7})
    months = setup.months
    assert t.number(sum(sum(one) for one in setup.grants_cents().values()) / 100) in words
    for funded in setup.policy.programmes.values():
        assert funded.programme.name in words
        assert t.of_model(funded.programme.about)[1:] in words
    assert t("report.all_programmes", count=5) in words
    level = setup.policy.programmes["watch-out"].schedule(months).level
    paid = sum(one > 0 for one in level)
    assert re.search(rf"{paid} \w+ \w* ?{months}|{paid} of {months}", words)


def test_a_strip_has_every_month_with_money_and_none_without(pages: dict[str, Path]) -> None:
    text = pages["run-en"].read_text(encoding="utf-8")
    strip = re.search(r"<svg.*?</svg>", text, re.DOTALL)
    assert strip is not None
    pieces = re.findall(r'<rect x="([\d.]+)%".*?width="([\d.]+)%".*?fill="([^"]+)"', strip[0])
    assert sum(float(width) for _, width, _ in pieces) == pytest.approx(100, abs=0.01)
    schedule = load("average", "carousel").policy.programmes["vooruit"].schedule(72)
    off = sum(float(width) for _, width, fill in pieces if fill == "#ffffff")
    assert off == pytest.approx(100 * sum(one == 0 for one in schedule.level) / 72, abs=0.01)
    assert any(fill.startswith("url(#hatch") for _, _, fill in pieces)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_result_without_a_ledger_says_so(pages: dict[str, Path], lang: str) -> None:
    sentence = texts(lang)("report.no_ledger")
    assert sentence in words_of(pages[f"run-{lang}"])
    assert sentence not in words_of(pages[f"why-{lang}"])


# -- one file, for everybody ----------------------------------------------------------------------


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_fetched_and_no_machine_is_named(
    results: dict[str, Path], pages: dict[str, Path], outlines: dict[str, Outline], name: str
) -> None:
    text = pages[name].read_text(encoding="utf-8")
    for found in outlines[name].all("img", "script", "link", "iframe", "a", "source", "image"):
        for attribute in ("src", "href", "srcset", "xlink:href"):
            address = found.get(attribute, "#")
            assert address.startswith(("#", "data:image/png;base64,")), address[:80]
    assert not outlines[name].all("script", "link", "iframe", "object", "base")
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert "default-src 'none'" in text
    plain = re.sub(r"base64,[\w+/=]+", "", text)
    assert str(results["run"].parent) not in plain
    assert not re.search(r"(?<![\w.&])/(tmp|home|root|work|usr|Users)/", plain)


@pytest.mark.parametrize("name", REPORTS)
def test_who_cannot_see_it_can_read_it(outlines: dict[str, Outline], name: str) -> None:
    found = outlines[name]
    assert found.all("html") == [{"lang": name[-2:]}]
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    pictures = found.all("img")
    assert pictures
    assert all(len(one["alt"]) > 40 for one in pictures)
    for one in found.all("svg"):
        assert one["role"] == "img"
        assert len(one["aria-label"]) > 20
    assert all(one.get("scope") in ("col", "row") for one in found.all("th"))
    ids = [one["id"] for _, one in found.tags if "id" in one]
    assert len(ids) == len(set(ids))
    assert {one["href"][1:] for one in found.all("a")} <= set(ids)
    regions = [one for _, one in found.tags if one.get("role") == "region"]
    assert all(one["aria-label"] for one in regions)
    assert {tag for tag, _ in found.tags} >= {"header", "nav", "main", "title"}


def hostile(folder: Path, results: dict[str, Path]) -> str:
    """Make a result in which every text tries to be markup; return that text."""
    evil = "<script>document.title='x'</script><img src=x onerror=alert(1)>\"'&amp;{{7*7}}{% x %}"
    shutil.copytree(results["run"], folder)
    setup = load("average", "carousel", {"years": 6})
    place = setup.place.model_copy(update={"name": evil})
    funded = setup.policy.programmes["vooruit"]
    card = funded.programme.model_copy(update={"name": evil, "about": evil, "source": evil})
    calendar = funded.calendar.model_copy(update={"name": evil, "about": evil, "source": evil})
    own = funded.model_copy(update={"programme": card, "calendar": calendar})
    policy = setup.policy.model_copy(update={"programmes": {"vooruit": own}, "about": evil})
    setup = setup.model_copy(update={"place": place, "policy": policy})
    (folder / "scenario.json").write_text(setup.model_dump_json(), encoding="utf-8")
    path = folder / SUMMARY
    blocks = json.loads(path.read_text(encoding="utf-8"))
    for block in blocks.values():
        block |= {"question": evil, "answer": evil, "caveats": [evil], "facts": [[evil, evil]]}
        block["tables"] = [{"title": evil, "headers": [evil], "rows": [[evil]], "note": evil}]
        block["figures"][0] |= {"title": evil, "alt": evil}
        block["scenarios"] = [{"file": "scenario.json", "title": evil}]
    path.write_text(json.dumps(blocks), encoding="utf-8")
    return evil


def test_a_name_that_is_markup_stays_a_name(results: dict[str, Path], tmp_path: Path) -> None:
    evil = hostile(tmp_path / "evil", results)
    done = call("report", str(tmp_path / "evil"), "--lang", "en")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "evil" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img src=x" not in text
    assert html.unescape(text).count(evil) > 15
    alts = [one["alt"] for one in Outline(text).all("img")]
    assert alts[0] == f"{evil}. {evil}"
    assert not [one for one in Outline(text).tags if "onerror" in one[1]]


# -- in a real browser ----------------------------------------------------------------------------


def chromium(tmp_path: Path, *words: str) -> str:
    """Run Chromium without any network and return what it prints."""
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--proxy-server=127.0.0.1:9",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={tmp_path / 'profile'}",
            *words,
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@browser
@pytest.mark.parametrize("name", ["run-nl", "why-en", "visible-nl"])
def test_it_opens_from_a_file(pages: dict[str, Path], tmp_path: Path, name: str) -> None:
    shot = tmp_path / "shot.png"
    address = pages[name].as_uri()
    chromium(tmp_path, "--window-size=1440,1200", f"--screenshot={shot}", address)
    with Image.open(shot) as image:
        assert image.size == (1440, 1200)
        colours = image.convert("RGB").getcolors(1440 * 1200)
    assert colours is not None
    assert len(colours) > 200
    ink = sum(count for count, colour in colours if max(colour) < 250)
    assert 0.03 < ink / (1440 * 1200) < 0.6


@browser
@pytest.mark.parametrize("name", ["run-nl", "why-en"])
def test_it_fits_a_phone(pages: dict[str, Path], tmp_path: Path, name: str) -> None:
    """Nothing but tables is wider than 390 px, and pictures have loaded."""
    held = html.escape(pages[name].read_text(encoding="utf-8"), quote=True)
    frame = tmp_path / "phone.html"
    frame.write_text(
        f'<iframe width="390" height="800" srcdoc="{held}"></iframe><script>'
        "onload = () => { const d = document.querySelector('iframe').contentDocument;"
        "document.title = [d.documentElement.scrollWidth, d.images.length,"
        "[...d.images].filter(i => i.complete && i.naturalWidth > 0).length].join(' ') }"
        "</script>",
        encoding="utf-8",
    )
    dom = chromium(tmp_path, "--dump-dom", "--virtual-time-budget=4000", frame.as_uri())
    found = re.search(r"<title>(\d+) (\d+) (\d+)</title>", dom)
    assert found is not None
    width, images, loaded = map(int, found.groups())
    assert width <= 390
    assert images == loaded > 0


@pytest.fixture(scope="module")
def printed(pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("printed")
    for name in ("run-nl", "why-en"):
        words = ["--no-pdf-header-footer", f"--print-to-pdf={folder / name}.pdf"]
        chromium(folder, *words, pages[name].as_uri())
    return {name: folder / f"{name}.pdf" for name in ("run-nl", "why-en")}


def _apart(text: str) -> str:
    """Return a text with letters that the font of a machine joins, as fi, apart again."""
    return re.sub("[\ufb00-\ufb06]", lambda joined: normalize("NFKC", joined[0]), text)


@browser
@pytest.mark.parametrize("name", ["run-nl", "why-en"])
def test_it_prints_on_a4(
    printed: dict[str, Path], results: dict[str, Path], outlines: dict[str, Outline], name: str
) -> None:
    """Page numbers, the summary on the first page, heads repeated, every figure whole."""
    from pypdf import PdfReader

    t = texts(name[-2:])
    block = json.loads((results[name[:-3]] / SUMMARY).read_text(encoding="utf-8"))[t.lang]
    sheets = PdfReader(printed[name]).pages
    told = [_apart(" ".join(sheet.extract_text().split())) for sheet in sheets]
    assert 5 <= len(sheets) <= 14
    for at, (sheet, text) in enumerate(zip(sheets, told, strict=True), start=1):
        assert float(sheet.mediabox.width) == pytest.approx(595, abs=2)
        assert float(sheet.mediabox.height) == pytest.approx(842, abs=2)
        assert f"{at} / {len(sheets)}" in text
    assert block["question"] in told[0]
    assert block["answer"][-60:] in told[0]
    assert len(sheets[0].images) == 1
    assert sum(len(sheet.images) for sheet in sheets) == len(outlines[name].all("img"))
    heads = [t("report.key_assumption") in text for text in told]
    rows = [
        len(re.findall(r"(?:capability|moving|quality|programmes)\.\S+", text)) for text in told
    ]
    assert sum(count > 3 for count in rows) >= 2, "the table of assumptions is on several pages"
    assert all(head for head, count in zip(heads, rows, strict=True) if count > 3)
    assert block["command"] in " ".join(told).replace("- ", "-")
    assert t("report.rest_below") in " ".join(told)


@browser
def test_a_hostile_name_does_nothing_in_a_browser(results: dict[str, Path], tmp_path: Path) -> None:
    evil = hostile(tmp_path / "evil", results)
    assert call("report", str(tmp_path / "evil")).exit_code == 0
    page = (tmp_path / "evil" / "report.html").as_uri()
    dom = chromium(tmp_path, "--dump-dom", page)
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title is not None
    assert html.unescape(title[1]).startswith(evil)


# -- the command ----------------------------------------------------------------------------------


def test_the_answer_comes_first_and_the_file_last(results: dict[str, Path], tmp_path: Path) -> None:
    done = call("report", str(results["run"]), "--lang", "en", "--out", str(tmp_path / "a.html"))
    block = json.loads((results["run"] / SUMMARY).read_text(encoding="utf-8"))["en"]
    flat = " ".join(done.stdout.split())
    assert flat.startswith(block["answer"])
    assert flat.endswith("a.html")
    quiet = call("report", str(results["run"]), "--quiet", "--out", str(tmp_path / "b.html"))
    assert quiet.stdout.strip().endswith("b.html")
    data = json.loads(
        call("report", str(results["run"]), "--json", "--out", str(tmp_path / "c.html")).stdout
    )
    assert data["lang"] == "nl"
    assert data["bytes"] == (tmp_path / "c.html").stat().st_size
    assert data["saved"].endswith("c.html")


def test_the_same_folder_gives_the_same_file(results: dict[str, Path], tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert (
            call("report", str(results["why"]), "--out", f"{tmp_path / name}.html").exit_code == 0
        )
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_report_lies_in_its_folder_and_goes_when_the_run_is_done_again(
    results: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(results["run"], folder)
    assert call("report", str(folder)).exit_code == 0
    assert (folder / "report.html").exists()
    again = call("run", "average", "--years", "1", "--quiet", *SMALL, "--out", str(folder))
    assert again.exit_code == 0, again.output
    assert not (folder / "report.html").exists()


def _spoilt(folder: Path, how: str) -> None:
    """Damage a folder of results in one way."""
    if how == "no summary":
        (folder / SUMMARY).unlink()
    elif how == "half a summary":
        text = (folder / SUMMARY).read_text(encoding="utf-8")
        (folder / SUMMARY).write_text(text[: len(text) // 2], encoding="utf-8")
    elif how == "another summary":
        (folder / SUMMARY).write_text('{"nl": {}, "en": {}}', encoding="utf-8")
    elif how == "a summary of bytes":
        (folder / SUMMARY).write_bytes(bytes(range(256)))
    elif how == "no figure":
        next(folder.glob("map*.png")).unlink()
        next(folder.glob("map*.png")).unlink()
    elif how == "half a figure":
        for path in folder.glob("map*.png"):
            path.write_bytes(path.read_bytes()[:4000])
    elif how == "no scenario":
        (folder / "scenario.json").unlink()
    elif how == "another scenario":
        (folder / "scenario.json").write_text('{"name": "x"}', encoding="utf-8")
    elif how == "half a record":
        (folder / "run.json").write_text('{"files": [', encoding="utf-8")
    elif how == "a figure elsewhere":
        text = (folder / SUMMARY).read_text(encoding="utf-8")
        (folder / SUMMARY).write_text(text.replace('"map', '"../map'), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("no summary", "summary.json"),
        ("half a summary", "summary.json"),
        ("another summary", "nl.command"),
        ("a summary of bytes", "summary.json"),
        ("no figure", "map"),
        ("half a figure", "map"),
        ("no scenario", "scenario.json"),
        ("another scenario", "scenario.json"),
        ("half a record", "run.json"),
        ("a figure elsewhere", "../map"),
    ],
)
def test_a_damaged_folder_is_refused_and_nothing_is_written(
    results: dict[str, Path], tmp_path: Path, how: str, says: str
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(results["run"], folder)
    _spoilt(folder, how)
    before = sorted(path.name for path in folder.iterdir())
    done = call("report", str(folder), "--lang", "en")
    assert done.exit_code == 2, done.output
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert sorted(path.name for path in folder.iterdir()) == before


def test_what_is_no_folder_of_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name, says in (("nowhere", "nowhere"), ("other", "langeadem run"), ("file", "file")):
        done = call("report", str(tmp_path / name), "--lang", "en")
        assert done.exit_code == 2
        assert says in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "other"]


def test_an_output_that_cannot_be_is_refused(results: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name in ("folder.html", "file", "report.pdf", "nowhere/a.html", "file/a.html"):
        done = call("report", str(results["run"]), "--lang", "en", "--out", str(tmp_path / name))
        assert done.exit_code == 2, name
        assert name in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.html"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


def test_a_full_disk_leaves_the_old_report_and_no_half_one(
    results: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.html"
    target.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = call("report", str(results["run"]), "--lang", "en", "--out", str(target))
    assert done.exit_code == 2
    assert "No space left on device" in done.stderr
    assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


# -- its parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("langeadem run /home/me/own.toml --seed 1", "langeadem run own.toml --seed 1"),
        ("langeadem run '/home/me/my place.toml'", "langeadem run 'my place.toml'"),
        ("langeadem run ~/x/own.toml --set a=/tmp/b.toml", "langeadem run own.toml --set a=b.toml"),
        ("langeadem run wielwijk --set moving.local_wish=0.5",) * 2,
        ("langeadem sweep studies/own.toml --out results/",) * 2,
    ],
)
def test_a_command_names_no_folders_of_a_machine(given: str, shown: str) -> None:
    assert portable(given) == shown


def test_files_of_ones_own_are_told() -> None:
    command = "langeadem compare /a/own.toml --policy b.toml --ensemble worlds.csv --seed 1"
    assert own_files(command) == ["own.toml", "b.toml", "worlds.csv"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("study /home/me/study.toml: 3 runs", "study study.toml: 3 runs"),
        (r"C:\Users\me\study.toml", "study.toml"),
        ("at 5/10/20/30 years and 3/4", "at 5/10/20/30 years and 3/4"),
        ("EUR/place/month", "EUR/place/month"),
        ("1/month", "1/month"),
        ("='/srv/data/x.csv'", "='x.csv'"),
    ],
)
def test_texts_name_no_folders_of_a_machine(given: str, shown: str) -> None:
    assert without_folders(given) == shown


def test_numbers_of_a_table_are_shown_and_aligned_as_numbers() -> None:
    block = TableBlock(
        title="A",
        headers=["name", "n", "share", "interval", "words", "mixed"],
        rows=[
            ["a", 1234567, 0.123456, "+0.1 to +0.3", "often", "1"],
            ["b", None, 2.0, "-", "never", "x1"],
        ],
        units="EUR",
    )
    table = as_table(block, texts("nl"))
    assert table.title == "A (EUR)"
    assert table.rows[0][1:3] == ("1.234.567", "0,1235")
    assert table.rows[1][1:3] == ("-", "2")
    assert [column.number for column in table.columns] == [False, True, True, True, False, False]


def test_what_a_study_varied_is_told_with_all_its_values(
    results: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    for name in ("scenario.json", SUMMARY):
        shutil.copy(results["run"] / name, folder / name)
    blocks = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    for block in blocks.values():
        block["figures"] = []
    (folder / SUMMARY).write_text(json.dumps(blocks), encoding="utf-8")
    values = {
        "moving.local_wish": [0.2, 0.5],
        "staffing.vacancy_months": {"low": 1, "high": 8},
        "quality.friction": {"around": 0.5},
        "mechanisms.crowding": [True, False],
    }
    study = {"study": {"vary": {"parameters": values}}, "model_version": "1+ab", "created": "x"}
    (folder / "study.json").write_text(json.dumps(study), encoding="utf-8")
    assert call("report", str(folder), "--lang", "en").exit_code == 0
    words = words_of(folder / "report.html")
    for key, told in (
        ("moving.local_wish", "0.2; 0.5"),
        ("staffing.vacancy_months", "1 to 8"),
        ("quality.friction", "50% either way"),
        ("mechanisms.crowding", "on; off"),
    ):
        assert re.search(rf"{re.escape(key)} {re.escape(told)} .{{0,60}}?varied", words), key
    assert words.count(" moving.local_wish ") == 1
    assert "langeadem 1+ab" in words
    first, page = texts("en")("report.run_levels"), texts("en")("report.table_on_first_page")
    assert words.count(first) == 1
    assert words.index(first) < words.index(page)


def test_headers_broken_for_the_screen_are_whole_again() -> None:
    listing = Listing(["na", "deel-\nnemers", "took\npart", "95%-\nmarge"], [], frozenset({1, 2}))
    table = screen_table(listing, "A")
    assert table["headers"] == ["na", "deelnemers", "took part", "95%- marge"]
    assert table["numbers"] == [1, 2]


def test_a_block_that_no_report_could_read_is_refused_when_it_is_saved(tmp_path: Path) -> None:
    block = {"command": "langeadem run", "question": "What?", "answer": "That."}
    path = write_summary(tmp_path, lambda _: block)
    assert Summary.model_validate_json(path.read_text(encoding="utf-8")).nl.answer == "That."
    for wrong in (
        {"answer": None},
        {"extra": 1},
        {"tables": [{"title": "", "headers": ["a"], "rows": [["1", "2"]]}]},
        {"figures": [{"file": "../a.png", "title": "a"}]},
        {"scenarios": ["/etc/passwd"]},
        {"tables": [{"title": "", "headers": ["a"], "rows": [[float("nan")]]}]},
    ):
        with pytest.raises(ValueError, match="validation error"):
            write_summary(tmp_path, lambda _, wrong=wrong: {**block, **wrong})
    assert Summary.model_validate_json(path.read_text(encoding="utf-8")).nl.answer == "That."
    assert [one.name for one in tmp_path.iterdir()] == [SUMMARY]


def test_a_result_without_figures_tables_or_scenarios_is_still_a_report(tmp_path: Path) -> None:
    block = {"command": "langeadem sweep a.toml", "question": "What?", "answer": "That."}
    write_summary(tmp_path, lambda _: block)
    done = call("report", str(tmp_path), "--lang", "en")
    assert done.exit_code == 0, done.output
    t, words = texts("en"), words_of(tmp_path / "report.html")
    for key in ("no_scenario", "no_tables", "no_figures", "no_ledger", "changed_none"):
        assert t(f"report.{key}") in words
    assert "capability.fade_out_half_life" in words
