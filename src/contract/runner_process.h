// RunnerProcess: a program that is given one line for each scenario and answers with one, such as
// contract-tests/runners/go/run. It is started with the first line and ended, by its process id, with this object.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "tabletheory/error.h"

namespace tabletheory::contract {

class RunnerProcess {
 public:
  // `environment`: settings added to ours, as NAME=VALUE.
  RunnerProcess(std::vector<std::string> command, std::vector<std::string> environment);
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;
  ~RunnerProcess();

  // The answer to a line, both without the line's end. ErrTransport when the program cannot be started, ends instead,
  // or takes longer than `patience`; the message ends with the last it said on standard error. It is started anew with
  // the next line.
  Result<std::string> ask(const std::string& line, std::chrono::seconds patience);

 private:
  Result<void> start();
  Result<void> send(const std::string& line);
  Result<std::string> receive(std::chrono::seconds patience);
  Error broken(const std::string& what);
  void end();

  std::vector<std::string> command_, environment_;
  int process_ = 0;
  int input_ = -1, output_ = -1, errors_ = -1;  // its standard input and output, and a file that takes its errors
  std::string buffered_;
};

}  // namespace tabletheory::contract
