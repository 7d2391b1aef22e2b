type Program = {
  label: string;
  why: string;
  /** Each group must be there, by any of its names. */
  files: readonly (readonly string[])[];
  debian: readonly string[];
  homebrew: readonly string[];
};

/** The programs that are not npm packages. */
export const PROGRAMS = {
  mariadb: {
    label: "MariaDB",
    why: "the database",
    // mariadb-install-db calls my_print_defaults, which Debian keeps with the client.
    files: [
      ["mariadbd", "mysqld"],
      ["mariadb-install-db", "mysql_install_db"],
      ["my_print_defaults"],
    ],
    debian: ["mariadb-server-core", "mariadb-client-core"],
    homebrew: ["mariadb"],
  },
  redis: {
    label: "Redis",
    why: "sessions and the shared cache",
    files: [["redis-server"]],
    debian: ["redis-server"],
    homebrew: ["redis"],
  },
  nginx: {
    label: "nginx",
    why: "the platform's proxy, for the fleet and tests",
    files: [["nginx"]],
    debian: ["nginx"],
    homebrew: ["nginx"],
  },
  chromium: {
    label: "Chromium",
    why: "browser tests",
    files: [
      [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      ],
    ],
    debian: ["chromium"],
    homebrew: ["--cask", "chromium"],
  },
  wrk: {
    label: "wrk",
    why: "load for npm run bench -- web",
    files: [["wrk"]],
    debian: ["wrk"],
    homebrew: ["wrk"],
  },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;
