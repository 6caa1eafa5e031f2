"""What the commands `plot` and `report` share: opening a result file, messages, exit codes (those of innochain)."""

import logging
import sys

from .result import NotAResult, Result

USAGE, INVALID_INPUT, INPUT_MISSING, CANNOT_CREATE = 64, 65, 66, 73


class Failure(Exception):
    """Ends the command with a message and an exit code."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def run(name, main):
    """Calls main(arguments) as the command `name`; exits with its failure's code, else 0."""
    logging.basicConfig(stream=sys.stderr, format=f"{name}: %(message)s", level=logging.WARNING)
    try:
        main(sys.argv[1:])
    except Failure as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        sys.exit(failure.code)


def parse(parser, arguments):
    """Parses the arguments; a usage error exits with 64, as in innochain."""
    try:
        return parser.parse_args(arguments)
    except SystemExit as stop:
        sys.exit(USAGE if stop.code else 0)


def add_result_arguments(parser):
    parser.add_argument("result", metavar="RESULT.h5", help="result file of innochain run, sweep or collect")
    parser.add_argument("--scenario", help="scenario to draw (default: that of the first finished run)")
    parser.add_argument("--arm", help="arm of a sweep to draw (default: that of the first finished run)")


def open_result(options):
    try:
        return Result(options.result, options.scenario, options.arm)
    except FileNotFoundError as error:
        raise Failure(INPUT_MISSING, error) from error
    except NotAResult as error:
        raise Failure(INVALID_INPUT, error) from error


def make_folder(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"{folder}: cannot create the folder ({error.strerror})") from error
