// CredentialStep: how a source of credentials says what it needs next. Sans-IO: a source never opens a socket nor
// starts a process; it yields what is to be done together with what follows from the outcome.
//
//     CredentialStep step = default_credentials(settings, now);
//     while (auto* ask = std::get_if<Ask>(&step.now)) step = ask->then(send(ask->request));
//     // Credentials, NotConfigured or Error
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "aws/credentials.h"
#include "http/message.h"
#include "tabletheory/error.h"

namespace tabletheory::aws {

struct CredentialStep;

// Send this request, then go on with the answer.
struct Ask {
  http::Request request;
  std::chrono::milliseconds timeout{5'000};  // of one attempt
  int attempts = 3;                          // when there is no answer, or a status of 429 or 5xx
  std::function<CredentialStep(Result<http::Response>)> then;
};
// Run this command line in a shell, then go on with what it printed.
struct Run {
  std::string command;
  std::function<CredentialStep(Result<std::string>)> then;
};
// The source has nothing to say here: ask the next one.
struct NotConfigured {};

struct CredentialStep {
  std::variant<NotConfigured, Ask, Run, Credentials, Error> now;
};

// Once `step` and what follows from it come to an end: `next` goes on from there.
CredentialStep after(CredentialStep step, std::function<CredentialStep(CredentialStep)> next);

// ErrCredentials.
inline CredentialStep no_credentials(std::string why) {
  return {Error(ErrorCode::kCredentials, std::move(why))};
}

}  // namespace tabletheory::aws
