"""Made-up messages with the parts that a test varies."""


def oru(
    *,
    control: str,
    order: str = "L-1",
    status: str = "F",
    flag: str = "N",
    value: str = "4.2",
    mrn: str = "508773",
    at: str = "20261116090000",
    code: str = "24323-8^Comprehensive metabolic panel^LN",
    provider: str = "1001",
    processing: str = "P",
    pid: bool = True,
    born: str = "19910302",
    event: str = "R01",
    family: str = "DIAZ",
    location: str = "ELM",
    placer: str = "",
) -> bytes:
    """One result with one value: potassium, range 3.5 to 5.1."""
    lines = [
        f"MSH|^~\\&|LIS|QUEST|CC|ELM|{at}||ORU^{event}|{control}|{processing}|2.5.1",
        f"PID|1||{mrn}^^^ELM^MR||{family}^MARIA||{born}|F" if pid else "",
        f"PV1|1|O|{location}",
        f"ORC|RE|{placer}|{order}",
        f"OBR|1|{placer}|{order}|{code}|||{at}|||||||||{provider}^DIAZ^ANA||||||{at}|||{status}",
        f"OBX|1|NM|2823-3^Potassium^LN||{value}|mmol/L|3.5-5.1|{flag}|||{status}|||{at}",
    ]
    return "\r".join(line for line in lines if line).encode() + b"\r"
