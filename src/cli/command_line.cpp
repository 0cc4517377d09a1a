#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "cli/contract_command.h"
#include "cli/diff_command.h"
#include "cli/generate_command.h"
#include "cli/init_command.h"
#include "cli/local_command.h"
#include "cli/upgrade_command.h"
#include "cli/validate_command.h"
#include "codegen/generate.h"
#include "value/closest_word.h"

namespace tabletheory::cli {
namespace {

constexpr std::string_view kAbout =
    "TableTheory: a DynamoDB ORM, its schema contract, and an embedded engine that speaks DynamoDB.";

class CommandLine {
 public:
  CommandLine() : app_(std::string(kAbout), "tabletheory") {
    app_.set_version_flag("--version", fmt::format("tabletheory {}", TABLETHEORY_VERSION), "Print the version");
    app_.require_subcommand(1);

    auto* init = app_.add_subcommand("init", "Write a first schema.yml, with comments; never over one that is there");
    init->add_option("DIR", init_.directory, "The folder to write it to")->capture_default_str();

    auto* validate =
        app_.add_subcommand("validate", "Check schemas and derived keys against every rule of the contract");
    validate->add_option("FILE", validate_.files, "DMS or derived-key documents, YAML or (*.json) JSON")->required();
    add_format(*validate, validate_.format);

    auto* diff = app_.add_subcommand("diff", "Tell whether a table in use lives through a change of its schema");
    diff->add_option("OLD", diff_.old_file, "The DMS document in use")->required();
    diff->add_option("NEW", diff_.new_file, "The DMS document to come")->required();
    add_format(*diff, diff_.format);
    diff->footer(
        "Exits with 0 when all changes are safe or there is none, 1 when one needs a migration, 2 when one is "
        "breaking, 64 for wrong words and documents that cannot be read or are not valid.");

    auto* upgrade = app_.add_subcommand("upgrade", "Raise the version of a DMS document, keeping comments and layout");
    upgrade->add_option("FILE", upgrade_.file, "A DMS document")->required();
    upgrade->add_option("--to", upgrade_.to, "The version to raise it to")
        ->check(CLI::IsMember({"0.2", "0.3"}))
        ->capture_default_str();
    upgrade->add_flag("--write", upgrade_.write, "Write it into the file instead of printing it");
    upgrade->footer("What behaves differently from now on is listed on standard error, attribute by attribute.");

    add_generate();

    auto* contract = app_.add_subcommand("contract", "Run contract scenarios through the public SDKs");
    contract
        ->add_option("--lang", contract_.languages,
                     "The languages whose SDKs run them: cpp (when left out), py, ts, go, or all")
        ->delimiter(',');
    contract->add_option("--address", contract_.address, "Where the tables are, such as memory:")
        ->capture_default_str();
    contract->add_option("--dms", contract_.model_directories,
                         "A directory of DMS documents to use instead of the built-in models; repeatable");
    contract->add_option("PATH", contract_.paths, "Scenario files, or directories of them")->required();
    // One value each, so that the paths that follow an option are not taken for more of its values.
    for (const char* option : {"--lang", "--dms"}) {
      contract->get_option(option)->allow_extra_args(false);
    }

    add_local();

    auto* help = app_.add_subcommand("help", "Explain a command");
    help->add_option("COMMAND", help_about_, "The command to explain");
  }

  int run(std::vector<std::string> arguments, Streams streams) {
    if (arguments.empty()) {
      streams.err << help_of(app_);
      return kUsage;
    }
    if (!arguments.front().starts_with('-') && find_command(arguments.front()) == nullptr) {
      return report_unknown(streams, app_, "command", arguments.front(), command_names());
    }
    try {
      std::ranges::reverse(arguments);  // CLI11 takes them last first
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      streams.out << help_of(active());
      return kSuccess;
    } catch (const CLI::CallForVersion& version) {
      streams.out << version.what() << '\n';
      return kSuccess;
    } catch (const CLI::ExtrasError&) {
      return report_extras(streams);
    } catch (const CLI::ParseError& problem) {
      return report_usage(streams, active(), problem.what());
    }
    return dispatch(streams);
  }

 private:
  static void add_format(CLI::App& command, std::string& format) {
    command.add_option("--format", format, "text: for people; json: for machines")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
  }

  void add_generate() {
    std::vector<std::string> languages;
    for (const auto& [name, language] : codegen::kLanguages) languages.emplace_back(name);
    auto* generate = app_.add_subcommand("generate", "Write the models of a DMS document as code");
    generate->add_option("FILE", generate_.file, "A DMS document")->required();
    generate->add_option("--lang", generate_.language, "The language of the code")
        ->check(CLI::IsMember(languages))
        ->required();
    generate->add_option("--out", generate_.out, "The file to write; without it, the code is printed");
    generate->add_flag("--check", generate_.check, "Write nothing; exit with 1 when the file of --out is another");
    generate->footer("The models are equivalent with the document; what a language cannot declare is an error.");
  }

  void add_local() {
    auto* local = app_.add_subcommand("local", "Serve the embedded engine over HTTP, for any DynamoDB client");
    local->add_option("--port", local_.port, "The port to listen at; 0 for any that is free")->capture_default_str();
    local->add_option("--file", local_.file, "Keep everything in this file; without it, in memory");
    local->add_option("--host", local_.host, "The address to listen at")->capture_default_str();
    local->add_option("--allow-host", local_.allowed_hosts,
                      "A name by which clients reach it, beside localhost and the address; repeatable");
    local->add_option("--credentials", local_.credentials,
                      "KEY_ID:SECRET, or @FILE with one of them a line: accept only what they signed; repeatable");
    local->add_flag("--unverified", local_.unverified, "Listen for other machines without checking signatures");
    local->add_flag("--log", local_.log, "Log each request to stderr: operation and outcome, never contents");
    local
        ->add_option("--sweep-seconds", local_.sweep_seconds,
                     "How often items are removed whose time to live has passed; 0 for never")
        ->capture_default_str();
    local->add_option("--ready-fd", local_.ready_fd, "Write the address to this descriptor once requests are served")
        ->check(CLI::NonNegativeNumber);
    for (const char* option : {"--allow-host", "--credentials"}) local->get_option(option)->allow_extra_args(false);
  }

  // The command that was named, else the program.
  CLI::App& active() {
    const auto named = app_.get_subcommands();
    return named.empty() ? app_ : *named.front();
  }

  int dispatch(Streams streams) {
    const std::string command = active().get_name();
    if (command == "validate") return validate(validate_, streams);
    if (command == "contract") return contract(contract_, streams);
    if (command == "diff") return diff(diff_, streams);
    if (command == "upgrade") return upgrade(upgrade_, streams);
    if (command == "generate") return generate(generate_, streams);
    if (command == "init") return init(init_, streams);
    if (command == "local") return local(local_, streams);
    return explain(streams);
  }

  int explain(Streams streams) {
    if (help_about_.empty()) {
      streams.out << help_of(app_);
      return kSuccess;
    }
    const CLI::App* command = find_command(help_about_);
    if (command == nullptr) return report_unknown(streams, app_, "command", help_about_, command_names());
    streams.out << help_of(*command);
    return kSuccess;
  }

  const CLI::App* find_command(const std::string& name) {
    const auto commands = app_.get_subcommands({});
    const auto found = std::ranges::find(commands, name, [](const CLI::App* command) { return command->get_name(); });
    return found == commands.end() ? nullptr : *found;
  }

  std::vector<std::string> command_names() {
    std::vector<std::string> names;
    for (const CLI::App* command : app_.get_subcommands({})) names.push_back(command->get_name());
    return names;
  }

  static std::string full_name(const CLI::App& command) {
    return command.get_parent() == nullptr ? "tabletheory" : "tabletheory " + command.get_name();
  }

  // Of this command, whichever was named.
  static std::string help_of(const CLI::App& command) {
    return command.get_formatter()->make_help(&command, full_name(command), CLI::AppFormatMode::Normal);
  }

  static int report_usage(Streams streams, const CLI::App& command, std::string_view problem) {
    const std::string full = full_name(command);
    streams.err << fmt::format("{}: {}\nRun `{} --help` for what it takes.\n", full, problem, full);
    return command.get_name() == "diff" ? kDiffUsage : kUsage;
  }

  static int report_unknown(Streams streams, const CLI::App& command, std::string_view what, const std::string& word,
                            const std::vector<std::string>& known) {
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    const std::string_view close = value::closest_word(word, candidates);
    return report_usage(streams, command,
                        close.empty() ? fmt::format("unknown {} \"{}\"; known: {}", what, word, fmt::join(known, ", "))
                                      : fmt::format("unknown {} \"{}\"; did you mean \"{}\"?", what, word, close));
  }

  // Words that belong nowhere: an option that does not exist, or a word too many.
  int report_extras(Streams streams) {
    const auto extras = app_.remaining(true);
    const std::string word = extras.empty() ? std::string() : extras.front().substr(0, extras.front().find('='));
    if (!word.starts_with('-')) return report_usage(streams, active(), fmt::format("unexpected word \"{}\"", word));
    std::vector<std::string> options;
    for (const CLI::Option* option : active().get_options()) {
      if (!option->get_lnames().empty()) options.push_back("--" + option->get_lnames().front());
    }
    return report_unknown(streams, active(), "option", word, options);
  }

  CLI::App app_;
  ValidateOptions validate_;
  ContractOptions contract_;
  DiffOptions diff_;
  UpgradeOptions upgrade_;
  GenerateOptions generate_;
  InitOptions init_;
  LocalOptions local_;
  std::string help_about_;
};

}  // namespace

int run(const std::vector<std::string>& arguments, Streams streams) {
  return CommandLine().run(arguments, streams);
}

}  // namespace tabletheory::cli
