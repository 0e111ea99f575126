"""What the commands of run.py say before they start anything, and what they pass on."""

import socket
import threading

import pytest

from config.embedded import cli, testing
from config.embedded.banner import banner
from config.embedded.folder import FolderLock, Users, empty_folder, open_folder

STORY = {
    "people": [
        {
            "name": "Nora Quinn",
            "role": "nurse",
            "practice": "Elm Street",
            "email": "nora@elm.example",
            "password": "pw-1",
        },
        {
            "name": "Olu Ade",
            "role": "physician",
            "practice": "Oak Street",
            "email": "olu@oak.example",
            "password": "pw-2",
        },
    ],
    "feeds": [
        {
            "name": "lab",
            "practice": "Elm Street",
            "mllp_port": 2575,
            "http_url_path": "/integrations/hl7v2/lab",
            "curl": "curl one",
        },
        {
            "name": "fhir",
            "practice": "Elm Street",
            "mllp_port": None,
            "http_url_path": "/x",
            "curl": "curl two",
        },
    ],
}


@pytest.mark.parametrize("option", ["--port", "--mllp-port", "--phone-port", "--carrier-port"])
def test_a_taken_port_is_one_sentence_before_anything_starts(option, tmp_path, capsys, free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        options = ["--port", "--mllp-port", "--phone-port", "--carrier-port"]
        ports = dict.fromkeys(options, str(free_port))
        ports[option] = str(number)
        asked = [word for pair in ports.items() for word in pair]
        arguments = ["demo", "--data", str(tmp_path / "data"), *asked]
        assert cli.main(arguments) == 1
    said = capsys.readouterr()
    assert (
        said.err
        == f"run.py: Port {number} is taken: stop what uses it, or choose another with {option}.\n"
    )
    assert said.out == ""
    assert not (tmp_path / "data").exists()


def test_a_folder_in_use_is_named_with_the_process_that_uses_it(tmp_path, capsys, free_port):
    folder = open_folder(tmp_path / "data")
    lock = FolderLock(folder)
    assert lock.take("demo")
    assert (
        cli.main(
            [
                "demo",
                "--data",
                str(folder.root),
                "--port",
                str(free_port),
                "--mllp-port",
                str(free_port),
                "--phone-port",
                str(free_port),
                "--carrier-port",
                str(free_port),
            ]
        )
        == 1
    )
    assert "in use by process" in capsys.readouterr().err
    lock.release()
    assert FolderLock(folder).take("demo")


def test_servers_stay_up_while_another_command_uses_them(tmp_path):
    folder = open_folder(tmp_path / "data")
    starter, guest = Users(folder), Users(folder)
    guest.join()
    assert not starter.none_left()
    leaving = threading.Timer(0.05, guest.leave)
    leaving.start()
    leaving.join()
    assert starter.none_left()


def test_reset_forgets_everything_but_the_marker(tmp_path):
    folder = open_folder(tmp_path / "data")
    before = folder.secrets()
    (folder.root / "pg18").mkdir()
    (folder.root / "pg18" / "file").touch()
    empty_folder(folder)
    assert [entry.name for entry in folder.root.iterdir()] == ["clearchart-data"]
    assert folder.secrets() != before


def test_the_banner_names_people_ports_and_a_way_to_send(tmp_path):
    text = banner(STORY, port=8123, phone_port=8124, logs=tmp_path)
    assert "http://localhost:8123/" in text
    assert "http://localhost:8124/" in text
    for word in (
        "Nora Quinn",
        "nurse",
        "nora@elm.example",
        "pw-1",
        "Oak Street",
        "pw-2",
        "curl one",
    ):
        assert word in text
    assert text.count("Elm Street\n") == 1
    assert "localhost:2575" in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [([], False), (["-k", "name"], False), (["-n", "0"], True), (["-n4"], True), (["--pdb"], True)],
)
def test_the_tests_run_on_two_cores_unless_told_otherwise(arguments, chosen):
    assert testing.chooses_workers(arguments) is chosen
