"""How an application is told of its DSN, by platform; `DSN` stands for it."""

from typing import Final

SNIPPETS: Final = (
    (
        "python",
        "Python",
        'pip install sentry-sdk\n\nimport sentry_sdk\n\nsentry_sdk.init(dsn="DSN")\n',
    ),
    (
        "django",
        "Django",
        'pip install "sentry-sdk[django]"\n\n# settings.py\nimport sentry_sdk\n\n'
        'sentry_sdk.init(dsn="DSN", send_default_pii=True)\n',
    ),
    (
        "node",
        "Node.js",
        'npm install @sentry/node\n\nconst Sentry = require("@sentry/node");\n\n'
        'Sentry.init({ dsn: "DSN" });\n',
    ),
    (
        "browser",
        "Browser",
        'npm install @sentry/browser\n\nimport * as Sentry from "@sentry/browser";\n\n'
        'Sentry.init({ dsn: "DSN" });\n',
    ),
    (
        "react",
        "React",
        'npm install @sentry/react\n\nimport * as Sentry from "@sentry/react";\n\n'
        'Sentry.init({ dsn: "DSN" });\n',
    ),
    (
        "nextjs",
        "Next.js",
        '// sentry.server.config.js, with @sentry/nextjs\nimport * as Sentry from "@sentry/nextjs";'
        '\n\nSentry.init({ dsn: "DSN" });\n',
    ),
    (
        "go",
        "Go",
        'go get github.com/getsentry/sentry-go\n\nsentry.Init(sentry.ClientOptions{Dsn: "DSN"})\n'
        "defer sentry.Flush(2 * time.Second)\n",
    ),
    (
        "java",
        "Java",
        '// io.sentry:sentry\nSentry.init(options -> options.setDsn("DSN"));\n',
    ),
    (
        "php",
        "PHP",
        "composer require sentry/sentry\n\n\\Sentry\\init(['dsn' => 'DSN']);\n",
    ),
    (
        "ruby",
        "Ruby",
        'gem "sentry-ruby"\n\nSentry.init { |config| config.dsn = "DSN" }\n',
    ),
    (
        "dotnet",
        ".NET",
        'dotnet add package Sentry\n\nSentrySdk.Init(options => options.Dsn = "DSN");\n',
    ),
    (
        "rust",
        "Rust",
        'cargo add sentry\n\nlet _guard = sentry::init("DSN");\n',
    ),
    (
        "swift",
        "Swift",
        'SentrySDK.start { options in\n    options.dsn = "DSN"\n}\n',
    ),
    (
        "kotlin",
        "Android",
        "<!-- AndroidManifest.xml, with io.sentry.android.gradle -->\n"
        '<meta-data android:name="io.sentry.dsn" android:value="DSN" />\n',
    ),
)
