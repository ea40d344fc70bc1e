"""Crashes as SDKs report them, written by hand after their parsers' output: short, but with the
spelling of functions, files and modules that each platform and browser really has."""

from typing import Any

Document = dict[str, Any]
Frames = list[dict[str, Any]]

SITE = "https://shop.example/assets/"


def crash(platform: str, kind: str, value: str, frames: Frames, **more: Any) -> Document:
    """An event with one exception, frames from the oldest call to the crash."""
    exception = {"type": kind, "value": value, "stacktrace": {"frames": frames}}
    return {"platform": platform, "exception": {"values": [exception]}, **more}


def script(*calls: tuple[str, str], line: int = 1) -> Frames:
    """Frames of a browser: (function, file); every one is in-app, as the SDK says."""
    return [
        {
            "function": function,
            "filename": file if "://" in file or file.startswith(("[", "<")) else SITE + file,
            "in_app": True,
            "lineno": line + number,
            "colno": 7 * line,
        }
        for number, (function, file) in enumerate(calls)
    ]


def python(*calls: tuple[str, str, str], own: str = "shop") -> Frames:
    """(module, function, source line)."""
    return [
        {
            "module": module,
            "function": function,
            "context_line": line,
            "filename": module.replace(".", "/") + ".py",
            "abs_path": f"/srv/{module.replace('.', '/')}.py",
            "in_app": module.startswith(own),
            "lineno": 10,
        }
        for module, function, line in calls
    ]


def java(*calls: tuple[str, str], platform_says: bool = False) -> Frames:
    """(class, method); without `in_app`, as the SDK sends it unless told which packages are."""
    frames: Frames = []
    for module, function in calls:
        frame: dict[str, Any] = {
            "module": module,
            "function": function,
            "filename": module.split(".")[-1].split("$")[0] + ".java",
            "lineno": 5,
        }
        if platform_says:
            frame["in_app"] = module.startswith("com.acme")
        frames.append(frame)
    return frames


def go(*calls: tuple[str, str], own: str = "main") -> Frames:
    """(module, function)."""
    return [
        {
            "module": module,
            "function": function,
            "abs_path": f"/src/{module}/x.go",
            "in_app": module.startswith(own),
            "lineno": 3,
        }
        for module, function in calls
    ]


def files(*calls: tuple[str, str, str], own: str = "app/") -> Frames:
    """(file, function, source line), for PHP, Ruby and Node.js."""
    return [
        {
            "filename": file,
            "abs_path": f"/var/www/{file}" if ":" not in file else file,
            "function": function,
            "context_line": line,
            "in_app": file.startswith(own),
            "lineno": 4,
        }
        for file, function, line in calls
    ]


def dotnet(*calls: tuple[str, str]) -> Frames:
    """(type, method)."""
    return [
        {"module": module, "function": function, "in_app": module.startswith("Acme"), "lineno": 9}
        for module, function in calls
    ]


def native(*calls: tuple[str, bool]) -> Frames:
    """(function, in-app)."""
    return [
        {"function": function, "in_app": own, "package": "/Applications/Shop.app/Shop"}
        for function, own in calls
    ]
