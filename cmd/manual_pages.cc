// The man pages: prose that only a man page has, and sections printed from the tables.

#include <fmt/format.h>

#include <array>

#include "admin/command_table.h"
#include "cmd/admin_options.h"
#include "cmd/bench/workload.h"
#include "cmd/bench_options.h"
#include "cmd/client_options.h"
#include "cmd/options.h"
#include "cmd/reference.h"
#include "engine/command_table.h"

namespace holdfast::cmd {
namespace {

// Text as troff prints it unchanged: no hyphen turned into a dash, no leading dot taken as a
// request.
std::string troff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (escaped.empty() && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string header(std::string_view name, int section) {
  return fmt::format(
      ".\\\" generated from the program's tables by holdfast_reference\n"
      ".TH {} {} \"\" \"Holdfast {}\" \"Holdfast\"\n",
      name, section, HOLDFAST_VERSION);
}

std::string flag_tag(const Option& option) {
  auto tag = option.letter != 0
                 ? fmt::format("\\fB\\-{}\\fR, \\fB{}\\fR", option.letter,
                               troff(fmt::format("--{}", option.flag)))
                 : fmt::format("\\fB{}\\fR", troff(fmt::format("--{}", option.flag)));
  if (!option.is_flag()) tag += fmt::format(" \\fI{}\\fR", troff(option.value));
  return tag;
}

std::string option_text(const Option& option) {
  auto text = fmt::format("{}.", troff(option.summary));
  if (!option.detail.empty()) text += fmt::format("\n{}", troff(option.detail));
  if (option.repeated()) text += "\nMay be given again.";
  if (!option.preset.empty()) text += fmt::format("\nDefault: {}.", troff(option.preset));
  return text;
}

std::string flags_section(std::span<const Option> table) {
  std::string text = ".SH OPTIONS\n";
  for (const auto& option : table) {
    if (option.flag.empty()) continue;
    text += fmt::format(".TP\n{}\n{}\n", flag_tag(option), option_text(option));
  }
  return text;
}

std::string keys_section(std::span<const Option> table) {
  std::string text =
      ".SH CONFIGURATION FILE\n"
      "Lines of the form \\fIkey\\fR = \\fIvalue\\fR; # begins a comment. Flags take precedence.\n"
      "Keys marked reloadable take effect on SIGHUP.\n";
  for (const auto& option : table) {
    if (option.key.empty()) continue;
    text +=
        fmt::format(".TP\n\\fB{}\\fR ({}){}\n{}\n", troff(option.key), troff(describe_type(option)),
                    option.reloadable ? ", reloadable" : "", option_text(option));
  }
  return text;
}

std::string commands_section() {
  std::string text =
      ".SH COMMANDS\n"
      "Commands are the server's; \\fBHELP\\fR \\fIcommand\\fR explains one.\n";
  auto group = engine::Group::kOperations;
  bool first = true;
  for (const auto& spec : engine::command_table()) {
    if (first || spec.group != group) {
      text += fmt::format(".SS {}\n", troff(engine::word(spec.group)));
    }
    first = false;
    group = spec.group;
    text += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", troff(engine::usage(spec)), troff(spec.summary));
  }
  return text;
}

std::string admin_option_text(const admin::OptionSpec& option) {
  const bool apart = !option.value.empty() && !option.name.ends_with('=');
  return fmt::format("\\fB{}\\fR{}\\fI{}\\fR: {}.\n", troff(option.name), apart ? " " : "",
                     troff(option.value), troff(option.summary));
}

std::string admin_commands_section() {
  std::string text = ".SH COMMANDS\n";
  std::string_view group;
  for (const auto& command : admin::command_table()) {
    if (group != word(command.group)) text += fmt::format(".SS {}\n", word(command.group));
    group = word(command.group);
    text +=
        fmt::format(".TP\n\\fB{}\\fR\n{}.\n", troff(admin::usage(command)), troff(command.summary));
    if (!command.detail.empty()) text += fmt::format("{}\n", troff(command.detail));
    for (const auto& option : command.options) text += ".br\n" + admin_option_text(option);
  }
  return text;
}

}  // namespace

std::string daemon_manual() {
  DaemonOptions scratch;
  const auto table = daemon_options(scratch);
  auto text = header("HOLDFASTD", 8);
  text +=
      ".SH NAME\n"
      "holdfastd \\- reservation server\n"
      ".SH SYNOPSIS\n"
      "\\fBholdfastd\\fR \\fB\\-\\-data\\fR \\fIDIR\\fR [\\fIOPTION\\fR]...\n"
      ".SH DESCRIPTION\n"
      "Serves reservations of seats, rooms and tables from one data directory.\n"
      "A reply is sent only after what it says is safely on disk: an acknowledged booking "
      "survives\n"
      "a crash of the process, of the system, and loss of power.\n"
      ".PP\n"
      "Under systemd the daemon reports when it is ready, feeds the watchdog, and takes sockets\n"
      "passed by name in place of its own: \\fBnative\\fR, \\fBtls\\fR, \\fBhttp\\fR, "
      "\\fBmetrics\\fR,\n"
      "\\fBadmin\\fR, and \\fBbus\\fR, \\fBhotel\\fR, \\fBmeal\\fR and \\fBrooms\\fR for the old "
      "dialects.\n";
  text += flags_section(table);
  text += keys_section(table);
  text +=
      ".SH SIGNALS\n"
      ".TP\n\\fBSIGTERM\\fR, \\fBSIGINT\\fR\n"
      "Accept no more connections, answer what was asked, and exit with status 0. A second signal\n"
      "ends at once.\n"
      ".TP\n\\fBSIGHUP\\fR\n"
      "Read the configuration again, apply what is reloadable, and log what needs a restart.\n"
      ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : daemon_exit_statuses()) {
    text += fmt::format(".TP\n{}\n{}.\n", status, troff(meaning));
  }
  text +=
      ".SH FILES\n"
      ".TP\n\\fI/etc/holdfast/holdfast.conf\\fR\n"
      "The configuration file of the packaged service.\n"
      ".TP\n\\fIDIR/holdfastd.sock\\fR\n"
      "The admin socket: whoever can open it has the role admin.\n"
      ".SH SEE ALSO\n"
      "\\fBholdfast\\fR(1), \\fBholdfast\\-admin\\fR(8), \\fBholdfast\\-bench\\fR(1)\n";
  return text;
}

std::string client_manual() {
  ClientOptions scratch;
  const auto table = client_options(scratch);
  auto text = header("HOLDFAST", 1);
  text +=
      ".SH NAME\n"
      "holdfast \\- terminal client of the reservation server holdfastd\n"
      ".SH SYNOPSIS\n"
      "\\fBholdfast\\fR [\\fIOPTION\\fR]... [\\fICOMMAND\\fR \\fIARGUMENT\\fR...]\n"
      ".SH DESCRIPTION\n"
      "With a command, runs it and exits. With \\fB\\-f\\fR, or when standard input is no "
      "terminal,\n"
      "runs commands one a line and stops at the first that is refused. Otherwise shows a prompt\n"
      "with line editing, completion from the server's own command table, and a history without\n"
      "passwords.\n"
      ".PP\n"
      "On a terminal, records are laid out as names and values, rows as tables, seat maps as\n"
      "drawings. Into a pipe, rows are written as fields separated by tabs under one line of "
      "names.\n"
      ".PP\n"
      "A lone \\fBAUTH\\fR \\fIname\\fR, \\fBREGISTER\\fR \\fIname\\fR or \\fBPASSWD\\fR asks for "
      "the passwords without showing them.\n";
  text += flags_section(table);
  text += commands_section();
  text +=
      ".SH EXIT STATUS\n"
      ".TP\n0\nDone.\n"
      ".TP\n1\nThe server refused the command; the reason is on standard error.\n"
      ".TP\n2\nThe command line is wrong.\n"
      ".TP\n3\nThere is no connection to the server, or it was lost.\n"
      ".SH ENVIRONMENT\n"
      ".TP\n\\fBNO_COLOR\\fR\nWhen set to anything, nothing is coloured.\n"
      ".SH FILES\n"
      ".TP\n\\fI~/.holdfast_history\\fR\nThe history of the prompt; lines with passwords are not "
      "kept.\n"
      ".SH EXAMPLES\n"
      ".nf\n"
      "holdfast AVAIL gala\n"
      "holdfast \\-\\-json MAP gala\n"
      "holdfast \\-\\-user ana HOLD gala F11 F12\n"
      ".fi\n"
      ".SH SEE ALSO\n"
      "\\fBholdfastd\\fR(8), \\fBholdfast\\-admin\\fR(8)\n";
  return text;
}

namespace {

// What is done at night, in the order in which it is done.
struct Example {
  std::string_view why;
  std::string_view commands;  // a line each
};
constexpr std::array kAdminExamples = std::to_array<Example>({
    {"Is all well? Beside a running server:",
     "holdfast-admin --socket /var/lib/holdfast/holdfastd.sock -c status\n"
     "holdfast-admin --data /var/lib/holdfast -c check"},
    {"A verified backup a day, of which fourteen are kept, and a copy that trails the server by a "
     "second:",
     "holdfast-admin --data /var/lib/holdfast -c \"backup /var/lib/holdfast-backups --keep 14\"\n"
     "holdfast-admin --data /var/lib/holdfast -c \"backup /mnt/other/copy --follow\""},
    {"Who sold that seat, and what did the hall look like before?",
     "holdfast-admin --data /var/lib/holdfast -c \"why gala F11\"\n"
     "holdfast-admin --data /var/lib/holdfast -c \"journal grep locator=H7QK2M\"\n"
     "holdfast-admin --data /var/lib/holdfast -c \"asof 88213 map gala\""},
    {"Back to the moment before a mistake, with a stopped server. Start it again on the new "
     "directory once you have looked at it; the old one stays as it was:",
     "holdfast-admin -c \"restore /var/lib/holdfast-backups/2026-12-01T030000Z --into "
     "/var/lib/holdfast.new "
     "--to 2026-12-01T10:11:44Z --journal /var/lib/holdfast\"\n"
     "holdfast-admin --data /var/lib/holdfast.new -c check"},
    {"A check has findings: stop the server, for a plan is for one state of the store; write the "
     "plan, read it, change ask to yes where you agree, apply it:",
     "holdfast-admin --data /var/lib/holdfast -c \"repair --plan plan.txt\"\n"
     "holdfast-admin --data /var/lib/holdfast --yes -c \"repair --apply plan.txt\""},
    {"The base is damaged (base.structure, base.checksum, base.digest): make the store again, from "
     "the newest backup and the journal:",
     "holdfast-admin --data /var/lib/holdfast -c \"rebuild --into /var/lib/holdfast.new\""},
});

std::string admin_examples() {
  std::string text = ".SH EXAMPLES\n";
  for (const Example& example : kAdminExamples) {
    text += fmt::format("{}\n.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n.PP\n", troff(example.why),
                        troff(example.commands));
  }
  return text;
}

}  // namespace

std::string admin_manual() {
  AdminOptions scratch;
  auto text = header("HOLDFAST-ADMIN", 8);
  text +=
      ".SH NAME\n"
      "holdfast\\-admin \\- maintenance shell of the reservation server holdfastd\n"
      ".SH SYNOPSIS\n"
      "\\fBholdfast\\-admin\\fR (\\fB\\-\\-data\\fR \\fIDIR\\fR | \\fB\\-\\-socket\\fR "
      "\\fIPATH\\fR) [\\fIOPTION\\fR]...\n"
      ".SH DESCRIPTION\n"
      "Shows what is in a store, proves that it is sound, and mends it when it is not.\n"
      "With \\fB\\-\\-socket\\fR it works with a running server (online), with "
      "\\fB\\-\\-data\\fR on a data directory\n"
      "(offline): read only while a server has it, up to the last record that is surely on disk.\n"
      "The prompt says which of them it is.\n"
      ".PP\n"
      "Without \\fB\\-c\\fR commands come from standard input, one a line, up to the first that "
      "fails;\n"
      "at a terminal there is a prompt. What destroys is only shown, unless it is confirmed at a\n"
      "terminal or \\fB\\-\\-yes\\fR is given.\n";
  text += flags_section(admin_options(scratch));
  text += admin_commands_section();
  text +=
      ".SH EXIT STATUS\n"
      ".TP\n0\nDone, and nothing was found.\n"
      ".TP\n1\nThere are findings, or the command was refused.\n"
      ".TP\n2\nThe command could not be carried out; the reason is on standard error.\n"
      ".TP\n64\nThe command line or the command is wrong.\n";
  text += admin_examples();
  text +=
      ".SH FILES\n"
      ".TP\n\\fI~/.holdfast_admin_history\\fR\nThe history of the prompt.\n"
      ".SH SEE ALSO\n"
      "\\fBholdfastd\\fR(8), \\fBholdfast\\fR(1)\n";
  return text;
}

std::string bench_manual() {
  BenchOptions scratch;
  auto text = header("HOLDFAST-BENCH", 1);
  text +=
      ".SH NAME\n"
      "holdfast\\-bench \\- load generator for the reservation server holdfastd\n"
      ".SH SYNOPSIS\n"
      "\\fBholdfast\\-bench\\fR \\fB\\-\\-socket\\fR \\fIPATH\\fR [\\fIOPTION\\fR]... "
      "\\fIWORKLOAD\\fR\n"
      ".SH DESCRIPTION\n"
      "Puts a load on a server over the native protocol and tells how much was done, what was\n"
      "refused and how long replies took. What was done is durable, as each reply says.\n"
      ".PP\n"
      "It makes an account, plans and offerings of its own, the latter over the admin socket, "
      "whose\n"
      "names begin with \\fBbench\\-\\fR, and closes the offerings behind it. They stay in the\n"
      "store: use a server made for it.\n"
      ".PP\n"
      "Without \\fB\\-\\-rate\\fR each client asks again when it was answered, and a server that\n"
      "stalls is asked less. With it requests start at their times, and the latency of one counts\n"
      "from the time at which it was to start.\n"
      ".PP\n"
      "SIGINT ends the load early, with the result so far; a second one does not wait for the\n"
      "replies that are under way. While the stock is made it ends the program at once.\n"
      ".SH WORKLOADS\n";
  for (const WorkloadKind& kind : workload_kinds()) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", troff(kind.name), troff(kind.summary));
  }
  text += flags_section(bench_options(scratch));
  text +=
      ".SH RESULT\n"
      "With \\fB\\-\\-json\\fR the same names, times in microseconds.\n"
      ".TP\n\\fBtime\\fR\nFrom the first request to the last reply, also those that came late.\n"
      ".TP\n\\fBdone\\fR\nRequests that were not refused; with watch_fanout changes of which all "
      "were "
      "told.\n"
      ".TP\n\\fBtold\\fR\nChanges that arrived at watchers.\n"
      ".TP\n\\fBrefused\\fR\nRequests that were, by the code of the error. They have no part in "
      "the "
      "latency.\n"
      ".TP\n\\fBlatency\\fR\nOf what was done; p99 is what 99 of a hundred did not exceed.\n"
      ".TP\n\\fBleft out\\fR\nRequests of the rate whose time came while no client was free: more\n"
      "clients or a deeper pipeline would have asked them.\n"
      ".TP\n\\fBended\\fR\nWhy it ended otherwise than it was meant to.\n"
      ".TP\n\\fBgenerator\\fR\nHow much of a core this program took: near 100 % it measures "
      "itself.\n"
      ".SH EXIT STATUS\n"
      ".TP\n0\nDone, or interrupted; what was refused within the load is part of the result.\n"
      ".TP\n1\nThe server refused what has to be done before the load, or offerings could not be\n"
      "closed behind it.\n"
      ".TP\n2\nThe command line is wrong.\n"
      ".TP\n3\nThere is no connection to the server, or one was lost; the result so far is shown.\n"
      ".SH EXAMPLES\n"
      ".nf\n"
      "holdfastd \\-\\-data /tmp/bench \\-\\-listen 127.0.0.1:4999 \\-\\-metrics\\-listen= &\n"
      "holdfast\\-bench \\-\\-socket /tmp/bench/holdfastd.sock \\-p 4999 book_named\n"
      "holdfast\\-bench \\-\\-socket /tmp/bench/holdfastd.sock \\-p 4999 \\-c 50 \\-P 16 \\-n "
      "1000000 "
      "rush\n"
      "holdfast\\-bench \\-\\-socket /tmp/bench/holdfastd.sock \\-p 4999 \\-\\-rate 5000 \\-t 60s "
      "mixed\n"
      ".fi\n"
      ".SH SEE ALSO\n"
      "\\fBholdfastd\\fR(8), \\fBholdfast\\fR(1)\n";
  return text;
}

}  // namespace holdfast::cmd
