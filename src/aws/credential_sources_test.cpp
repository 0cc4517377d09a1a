// The sources of credentials, driven with scripted answers: who is asked what, in which order, and what comes of it.
#include "aws/credential_sources.h"

#include <gtest/gtest.h>

#include <deque>

#include "aws/credential_answers.h"
#include "aws/test_surroundings.h"

namespace tabletheory::aws {
namespace {

constexpr std::int64_t kNow = 1'750'000'000;  // 2025-06-15T15:06:40Z

constexpr std::string_view kMetadataJson =
    R"({"Code":"Success","AccessKeyId":"M","SecretAccessKey":"ms","Token":"mt","Expiration":"2025-06-15T16:00:00Z"})";
constexpr std::string_view kStsXml =
    "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser>"
    "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser><Credentials>"
    "<AccessKeyId>R</AccessKeyId><SecretAccessKey>rs&amp;&lt;</SecretAccessKey><SessionToken>rt</SessionToken>"
    "<Expiration>2025-06-15T16:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

class Sources : public testing::Test {
 protected:
  void config(std::string text) { machine_.files["/home/u/.aws/config"] = std::move(text); }
  void will_answer(int status, std::string_view body) {
    answers_.push_back(http::Response{status, {}, std::string(body)});
  }
  void will_fail() { answers_.push_back(fail(ErrorCode::kTransport, "no route")); }

  // Drives the step to its end; what was asked for is kept.
  CredentialStep drive(CredentialStep step) {
    for (;;) {
      if (auto* ask = std::get_if<Ask>(&step.now)) {
        asked_.push_back(ask->request);
        Result<http::Response> answer = fail(ErrorCode::kTransport, "nobody is there");
        if (!answers_.empty()) {
          answer = std::move(answers_.front());
          answers_.pop_front();
        }
        auto then = ask->then;
        step = then(std::move(answer));
      } else if (auto* run = std::get_if<aws::Run>(&step.now)) {
        commands_.push_back(run->command);
        auto then = run->then;
        step = then(printed_);
      } else {
        return step;
      }
    }
  }
  Credentials found(CredentialStep step) {
    const CredentialStep end = drive(std::move(step));
    if (const auto* error = std::get_if<Error>(&end.now)) ADD_FAILURE() << error->to_string();
    const auto* credentials = std::get_if<Credentials>(&end.now);
    return credentials == nullptr ? Credentials{} : *credentials;
  }
  std::string problem(CredentialStep step) {
    const CredentialStep end = drive(std::move(step));
    const auto* error = std::get_if<Error>(&end.now);
    if (error == nullptr) return "no error";
    EXPECT_EQ(error->code(), ErrorCode::kCredentials);
    return error->message();
  }
  std::string header(std::size_t request, std::string_view name) {
    const std::string* value = http::find_header(asked_.at(request).headers, name);
    return value == nullptr ? "" : *value;
  }
  const Settings& settings(std::string profile = {}) {
    loaded_.push_back(std::make_unique<Settings>(machine_.settings(std::move(profile))));
    return *loaded_.back();
  }
  CredentialStep chain(std::string profile = {}) { return default_credentials(settings(std::move(profile)), kNow); }

  FakeMachine machine_{.variables = {{"HOME", "/home/u"}, {"AWS_REGION", "eu-west-1"}}};
  std::vector<std::unique_ptr<Settings>> loaded_;
  std::deque<Result<http::Response>> answers_;
  std::vector<http::Request> asked_;
  std::vector<std::string> commands_;
  Result<std::string> printed_ = std::string(kMetadataJson);
};

TEST_F(Sources, TakeTheEnvironmentFirst) {
  machine_.variables.insert({{"AWS_ACCESS_KEY_ID", "E"},
                             {"AWS_SECRET_ACCESS_KEY", "es"},
                             {"AWS_SESSION_TOKEN", "et"},
                             {"AWS_ACCOUNT_ID", "123456789012"}});
  config(
      "[default]\naws_access_key_id=P\naws_secret_access_key=ps\n[profile dev]\naws_access_key_id=D\n"
      "aws_secret_access_key=ds\n");
  const Credentials credentials = found(chain());
  EXPECT_EQ(credentials.access_key_id, "E");
  EXPECT_EQ(credentials.session_token, "et");
  EXPECT_EQ(credentials.account_id, "123456789012");
  EXPECT_FALSE(credentials.expires);
  // A profile the program names goes before the environment.
  EXPECT_EQ(found(chain("dev")).access_key_id, "D");
  machine_.variables.erase("AWS_SECRET_ACCESS_KEY");
  EXPECT_NE(problem(chain()).find("set both or neither"), std::string::npos);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(Sources, TakeKeysOfAProfile) {
  config("[default]\naws_access_key_id=P\naws_secret_access_key=ps\naws_session_token=pt\n");
  EXPECT_EQ(found(chain()), (Credentials{"P", "ps", "pt"}));
  machine_.variables["AWS_PROFILE"] = "nobody";
  EXPECT_NE(problem(chain()).find("no profile nobody"), std::string::npos);
  config("[default]\naws_access_key_id=P\n");
  machine_.variables.erase("AWS_PROFILE");
  EXPECT_NE(problem(chain()).find("only one of"), std::string::npos);
}

TEST_F(Sources, AssumeARoleThroughChainsOfProfiles) {
  config(
      "[default]\nrole_arn=arn:outer\nsource_profile=middle\nexternal_id=x y\nrole_session_name=me\n"
      "duration_seconds=900\n"
      "[profile middle]\nrole_arn=arn:inner\nsource_profile=base\n"
      "[profile base]\naws_access_key_id=B\naws_secret_access_key=bs\n");
  will_answer(200, kStsXml);
  will_answer(200, kStsXml);
  const Credentials credentials = found(chain());
  EXPECT_EQ(credentials.access_key_id, "R");
  EXPECT_EQ(credentials.secret_access_key, "rs&<");
  EXPECT_EQ(credentials.account_id, "123456789012");
  EXPECT_EQ(credentials.expires, 1'750'003'200);
  ASSERT_EQ(asked_.size(), 2U);
  EXPECT_EQ(asked_[0].url.to_string(), "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(asked_[0].body, "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Ainner&RoleSessionName=tabletheory");
  EXPECT_EQ(asked_[1].body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aouter&RoleSessionName=me"
            "&DurationSeconds=900&ExternalId=x%20y");
  EXPECT_NE(header(0, "authorization").find("Credential=B/"), std::string::npos);
  EXPECT_NE(header(1, "authorization").find("Credential=R/"), std::string::npos);
  EXPECT_EQ(header(1, "x-amz-security-token"), "rt");
}

TEST_F(Sources, LetAProfileBeTheSourceOfItsOwnRole) {
  config("[default]\nrole_arn=arn:r\nsource_profile=default\naws_access_key_id=P\naws_secret_access_key=ps\n");
  will_answer(200, kStsXml);
  EXPECT_EQ(found(chain()).access_key_id, "R");
}

TEST_F(Sources, RefuseRolesThatCannotBeAssumed) {
  const auto refusal = [&](std::string text) {
    config(std::move(text));
    return problem(chain());
  };
  EXPECT_NE(refusal("[default]\nrole_arn=r\nsource_profile=a\n[profile a]\nrole_arn=r\nsource_profile=default\n")
                .find("names itself"),
            std::string::npos);
  EXPECT_NE(refusal("[default]\nrole_arn=r\nsource_profile=a\nmfa_serial=m\n").find("MFA"), std::string::npos);
  EXPECT_NE(refusal("[default]\nrole_arn=r\n").find("either a source_profile or"), std::string::npos);
  EXPECT_NE(refusal("[default]\nrole_arn=r\nsource_profile=gone\n").find("no profile gone"), std::string::npos);
  EXPECT_NE(refusal("[default]\nrole_arn=r\ncredential_source=Moon\n").find("Ec2InstanceMetadata"), std::string::npos);
  EXPECT_NE(refusal("[default]\nrole_arn=r\ncredential_source=Environment\n").find("holds no credentials"),
            std::string::npos);
  will_answer(403,
              "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not allowed</Message></Error>"
              "<RequestId>id</RequestId></ErrorResponse>");
  const std::string denied = refusal(
      "[default]\nrole_arn=arn:r\nsource_profile=b\n[profile "
      "b]\naws_access_key_id=B\naws_secret_access_key=very-secret\n");
  EXPECT_NE(denied.find("not allowed"), std::string::npos);
  EXPECT_EQ(denied.find("very-secret"), std::string::npos);
}

TEST_F(Sources, RunAProfilesProcess) {
  config("[default]\ncredential_process = /opt/give --json \"x y\"\n");
  EXPECT_EQ(found(chain()).session_token, "mt");
  EXPECT_EQ(commands_, std::vector<std::string>{"/opt/give --json \"x y\""});
  printed_ = std::string(R"({"AccessKeyId":"only"})");
  EXPECT_NE(problem(chain()).find("credential_process"), std::string::npos);
  printed_ = fail(ErrorCode::kTransport, "exit code 3");
  EXPECT_NE(problem(chain()).find("exit code 3"), std::string::npos);
}

TEST_F(Sources, ExchangeAWebIdentity) {
  machine_.variables.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", "/token"}, {"AWS_ROLE_ARN", "arn:pod"}});
  machine_.files["/token"] = "e/y+J\n";
  will_answer(200, kStsXml);
  EXPECT_EQ(found(chain()).access_key_id, "R");
  EXPECT_EQ(asked_[0].body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Apod"
            "&RoleSessionName=tabletheory&WebIdentityToken=e%2Fy%2BJ");
  EXPECT_EQ(header(0, "authorization"), "");
  machine_.files.clear();
  EXPECT_NE(problem(chain()).find("/token"), std::string::npos);
  machine_.variables.erase("AWS_ROLE_ARN");
  EXPECT_NE(problem(chain()).find("set both"), std::string::npos);
}

TEST_F(Sources, AskTheContainersEndpoint) {
  machine_.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/id";
  will_answer(200, kMetadataJson);
  EXPECT_EQ(found(chain()).access_key_id, "M");
  EXPECT_EQ(asked_[0].url.to_string(), "http://169.254.170.2/v2/credentials/id");
  EXPECT_TRUE(asked_[0].no_proxy);
  machine_.variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  machine_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  machine_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/pod";
  machine_.files["/pod"] = "podtoken\n";
  will_answer(200, kMetadataJson);
  EXPECT_EQ(found(chain()).secret_access_key, "ms");
  EXPECT_EQ(header(1, "authorization"), "podtoken");
}

TEST_F(Sources, ProtectTheContainersToken) {
  machine_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "a\r\nX: y";
  machine_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1/x";
  EXPECT_NE(problem(chain()).find("line break"), std::string::npos);
  machine_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://evil.example/x";
  EXPECT_NE(problem(chain()).find("use https"), std::string::npos);
  EXPECT_TRUE(asked_.empty());
}

TEST_F(Sources, AskTheInstanceWithAToken) {
  will_answer(200, "imds-token\n");
  will_answer(200, "my-role\n");
  will_answer(200, kMetadataJson);
  EXPECT_EQ(found(chain()), (Credentials{"M", "ms", "mt", 1'750'003'200}));
  ASSERT_EQ(asked_.size(), 3U);
  EXPECT_EQ(asked_[0].method, "PUT");
  EXPECT_EQ(asked_[0].url.to_string(), "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(header(0, "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(asked_[2].url.path, "/latest/meta-data/iam/security-credentials/my-role");
  EXPECT_EQ(header(2, "x-aws-ec2-metadata-token"), "imds-token");
  machine_.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "ipv6";
  drive(instance_credentials(settings()));
  EXPECT_EQ(asked_.back().url.host, "fd00:ec2::254");
}

TEST_F(Sources, GiveTheInstanceThePatienceThatIsConfigured) {
  const auto expect_patience = [this](int seconds, int attempts) {
    const CredentialStep step = instance_credentials(settings());
    const Ask& ask = std::get<Ask>(step.now);
    EXPECT_EQ(ask.timeout, std::chrono::seconds(seconds));
    EXPECT_EQ(ask.attempts, attempts);
  };
  expect_patience(1, 2);
  machine_.variables["AWS_METADATA_SERVICE_TIMEOUT"] = "5";
  machine_.variables["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "4";
  expect_patience(5, 4);
  for (const char* nonsense : {"0", "-1", "61", "1.5", "5s", "many", ""}) {
    machine_.variables["AWS_METADATA_SERVICE_TIMEOUT"] = nonsense;
    machine_.variables["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = nonsense;
    expect_patience(1, 2);
  }
}

TEST_F(Sources, TellThatThereAreNone) {
  will_fail();
  EXPECT_NE(problem(chain()).find("no credentials were found"), std::string::npos);
  asked_.clear();
  machine_.variables["AWS_EC2_METADATA_DISABLED"] = "true";
  EXPECT_NE(problem(chain()).find("no credentials were found"), std::string::npos);
  EXPECT_TRUE(asked_.empty());
  machine_.variables.erase("AWS_EC2_METADATA_DISABLED");
  will_answer(200, "t");
  will_answer(404, "");
  EXPECT_NE(problem(chain()).find("no credentials were found"), std::string::npos);
  will_answer(403, "");
  EXPECT_NE(problem(chain()).find("IMDSv2"), std::string::npos);
}

class SsoSources : public Sources {
 protected:
  SsoSources() {
    config(
        "[default]\nsso_session=work\nsso_account_id=123456789012\nsso_role_name=Reader\n"
        "[sso-session work]\nsso_region=us-west-2\nsso_start_url=https://x\n");
  }
  void token(std::string_view expires) {
    machine_.files[kCache] =
        std::string(R"({"accessToken":"old","refreshToken":"rf","clientId":"ci","clientSecret":"cs",)") +
        R"("region":"us-west-2","expiresAt":")" + std::string(expires) + "\"}";
  }
  // SHA-1 of "work"
  static constexpr const char* kCache = "/home/u/.aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";
  static constexpr std::string_view kRole =
      R"({"roleCredentials":{"accessKeyId":"S","secretAccessKey":"ss","sessionToken":"st","expiration":1750003200000}})";
};

TEST_F(SsoSources, UseTheTokenOfTheLastSignIn) {
  EXPECT_NE(problem(chain()).find("aws sso login"), std::string::npos);
  token("2025-06-15T18:00:00Z");
  will_answer(200, kRole);
  EXPECT_EQ(found(chain()).access_key_id, "S");
}

TEST_F(SsoSources, ExchangeAndRefreshTokens) {
  const Settings& here = settings();
  token("2025-06-15T18:00:00Z");
  will_answer(200, kRole);
  EXPECT_EQ(found(profile_credentials(here, kNow)), (Credentials{"S", "ss", "st", 1'750'003'200, "123456789012"}));
  EXPECT_EQ(
      asked_[0].url.to_string(),
      "https://portal.sso.us-west-2.amazonaws.com/federation/credentials?role_name=Reader&account_id=123456789012");
  EXPECT_EQ(header(0, "x-amz-sso_bearer_token"), "old");

  token("2025-06-15T15:08:00Z");  // within minutes
  will_answer(200, R"({"accessToken":"new","expiresIn":3600,"refreshToken":"rf2"})");
  will_answer(200, kRole);
  EXPECT_EQ(found(profile_credentials(here, kNow)).access_key_id, "S");
  EXPECT_EQ(asked_[1].url.to_string(), "https://oidc.us-west-2.amazonaws.com/token");
  EXPECT_EQ(asked_[1].body, R"({"clientId":"ci","clientSecret":"cs","grantType":"refresh_token","refreshToken":"rf"})");
  EXPECT_EQ(header(2, "x-amz-sso_bearer_token"), "new");
  const std::string kept = machine_.files[kCache];
  EXPECT_NE(kept.find(R"("accessToken":"new")"), std::string::npos);
  EXPECT_NE(kept.find(R"("refreshToken":"rf2")"), std::string::npos);
  EXPECT_NE(kept.find(R"("expiresAt":"2025-06-15T16:06:40Z")"), std::string::npos) << kept;

  will_answer(400, R"({"error":"invalid_grant"})");
  token("2025-06-15T10:00:00Z");
  EXPECT_NE(problem(profile_credentials(here, kNow)).find("sign in again"), std::string::npos);
}

TEST(CredentialAnswers, AreRefusedWithoutRepeatingThem) {
  for (const char* json :
       {"", "[]", "{", R"({"AccessKeyId":"SECRETSECRET"})", R"({"Code":"Failed","AccessKeyId":"SECRETSECRET"})",
        R"({"AccessKeyId":"SECRETSECRET","SecretAccessKey":"s","Expiration":"tomorrow"})",
        R"({"AccessKeyId":1,"SecretAccessKey":2})"}) {
    const auto read = read_credentials_json(json, "the test");
    ASSERT_FALSE(read) << json;
    EXPECT_EQ(read.error().code(), ErrorCode::kCredentials);
    EXPECT_EQ(read.error().message().find("SECRETSECRET"), std::string::npos);
    EXPECT_NE(read.error().message().find("the test"), std::string::npos);
  }
  EXPECT_FALSE(read_sts_answer({200, {}, "<AccessKeyId>x</AccessKeyId><SecretAccessKey>"}, "arn"));
  EXPECT_FALSE(read_sso_answer({200, {}, R"({"roleCredentials":{}})"}));
}

}  // namespace
}  // namespace tabletheory::aws
