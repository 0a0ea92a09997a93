"""``hearth doctor``: what was found, what is missing, what to do."""

from __future__ import annotations

import typer
from rich.markup import escape

from hearth.app import create_provider
from hearth.features.doctor import checks
from hearth.features.doctor.checks import Finding, Level, Subject

from . import context as contexts
from .output import FAILED, emit, err, out, run_async

_MARKS = {Level.OK: "[green]✓[/]", Level.NOTE: "[cyan]·[/]", Level.WARN: "[yellow]![/]", Level.FAIL: "[red]✗[/]"}


def command(
    json_output: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """Check this installation. Nothing is started, changed or sent anywhere. Exit code 1 if something is broken."""
    context = contexts.load(quiet=True)
    with err.status("Looking"):
        subject = Subject(
            context.settings,
            context.paths,
            context.warnings,
            context.files,
            lambda spec: create_provider(spec, context.settings, context.paths),
        )
        findings = run_async(checks.all_findings(subject))
    broken = any(finding.level is Level.FAIL for finding in findings)
    if json_output:
        emit({"ok": not broken, "findings": [finding.facts() for finding in findings]})
    else:
        _print(findings)
    if broken:
        raise typer.Exit(FAILED)


def _print(findings: list[Finding]) -> None:
    section = ""
    for finding in findings:
        if finding.section != section:
            section = finding.section
            out.print(f"\n[bold]{section}[/]")
        out.print(f"  {_MARKS[finding.level]} {escape(finding.text)}")
        if finding.hint:
            out.print(f"    [bold]→[/] {escape(finding.hint)}")
