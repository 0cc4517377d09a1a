// Shared config files, settings, regions and endpoints.
#include "aws/settings.h"

#include <gtest/gtest.h>

#include "aws/endpoints.h"
#include "aws/test_surroundings.h"

namespace tabletheory::aws {
namespace {

TEST(ConfigFiles, AreReadAsTheCommandLineReadsThem) {
  const ConfigFile file = ConfigFile::read(
      "ignored = before any section\r\n"
      "# comment\n; comment\n"
      "[default]\n"
      "Region = eu-central-1   # where we are\r\n"
      "key=a=b#c\n"
      "s3 =\n  addressing_style = path\n  Max = 3\n"
      "long = first\n  second\n"
      "empty =\n"
      "nonsense\n= no key\n"
      "[ profile  \"two words\" ]\nregion=x\n"
      "[profile plain]\nregion=y\n"
      "[unprefixed]\nregion=z\n"
      "[sso-session work]\nsso_region=us-west-2\n"
      "[services local]\ndynamodb =\n  endpoint_url = http://localhost:8000\n"
      "[default]\noutput = json\n",
      ConfigFile::Kind::kConfig);
  const Section& section = *file.profile("default");
  EXPECT_EQ(*section.find("region"), "eu-central-1");
  EXPECT_EQ(*section.find("key"), "a=b#c");
  EXPECT_EQ(*section.find("s3.addressing_style"), "path");
  EXPECT_EQ(*section.find("s3.max"), "3");
  EXPECT_EQ(*section.find("long"), "first\nsecond");
  EXPECT_EQ(section.find("empty"), nullptr);
  EXPECT_EQ(*section.find("output"), "json");
  EXPECT_EQ(*file.profile("two words")->find("region"), "x");
  EXPECT_EQ(*file.profile("plain")->find("region"), "y");
  EXPECT_EQ(file.profile("unprefixed"), nullptr);
  EXPECT_EQ(*file.sso_session("work")->find("sso_region"), "us-west-2");
  EXPECT_EQ(*file.services("local")->find("dynamodb.endpoint_url"), "http://localhost:8000");
}

TEST(ConfigFiles, OfCredentialsNameProfilesBarely) {
  const ConfigFile file = ConfigFile::read("[dev]\naws_access_key_id=A\n[profile x]\nregion=y\n[no end\na=b",
                                           ConfigFile::Kind::kCredentials);
  EXPECT_EQ(*file.profile("dev")->find("aws_access_key_id"), "A");
  EXPECT_EQ(file.profile("x"), nullptr);
}

TEST(Settings, ChooseProfileAndRegionInOrder) {
  FakeMachine machine;
  machine.files["/home/u/.aws/config"] =
      "[default]\nregion=r-default\n[profile dev]\nregion=r-dev\naws_access_key_id=config\n";
  machine.files["/home/u/.aws/credentials"] = "[dev]\naws_access_key_id=credentials\n";
  EXPECT_EQ(machine.settings().region(), "r-default");
  EXPECT_FALSE(machine.settings().is_profile_named());
  machine.variables["AWS_PROFILE"] = "dev";
  EXPECT_EQ(machine.settings().region(), "r-dev");
  EXPECT_EQ(*machine.settings().profile()->find("aws_access_key_id"), "credentials");
  machine.variables["AWS_DEFAULT_REGION"] = "r-fallback";
  EXPECT_EQ(machine.settings().region(), "r-fallback");
  machine.variables["AWS_REGION"] = "r-variable";
  EXPECT_EQ(machine.settings().region(), "r-variable");
  EXPECT_EQ(machine.settings("default", "r-given").region(), "r-given");
  EXPECT_EQ(machine.settings("default").profile_name(), "default");
  machine.variables["AWS_CONFIG_FILE"] = "~/elsewhere";
  machine.files["/home/u/elsewhere"] = "[profile dev]\noutput=json\n";
  EXPECT_NE(machine.settings().profile()->find("output"), nullptr);
}

std::string endpoint(FakeMachine& machine, Api api, std::string_view region, std::string_view account = {}) {
  const Settings settings = machine.settings();
  const auto url = find_endpoint(settings, api, region, account);
  return url ? url->to_string() : error_code_name(url.error().code()).data() + std::string();
}

TEST(Endpoints, FollowRegionAndPartition) {
  FakeMachine machine;
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "eu-central-1"), "https://dynamodb.eu-central-1.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "cn-north-1"), "https://dynamodb.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-iso-east-1"), "https://dynamodb.us-iso-east-1.c2s.ic.gov/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDbStreams, "us-west-2"), "https://streams.dynamodb.us-west-2.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kKms, "us-west-2"), "https://kms.us-west-2.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kSts, "us-west-2"), "https://sts.us-west-2.amazonaws.com/");
}

TEST(Endpoints, HaveFipsAndDualStackForms) {
  FakeMachine machine;
  machine.variables["AWS_USE_FIPS_ENDPOINT"] = "true";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "https://dynamodb-fips.us-east-1.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-gov-west-1"), "https://dynamodb.us-gov-west-1.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kKms, "us-gov-west-1"), "https://kms-fips.us-gov-west-1.amazonaws.com/");
  machine.variables["AWS_USE_DUALSTACK_ENDPOINT"] = "true";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "https://dynamodb-fips.us-east-1.api.aws/");
  machine.variables.erase("AWS_USE_FIPS_ENDPOINT");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "https://dynamodb.us-east-1.api.aws/");
}

TEST(Endpoints, PreferTheAccountsWhenItIsKnown) {
  FakeMachine machine;
  const std::string_view account = "123456789012";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1", account),
            "https://123456789012.ddb.us-east-1.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kKms, "us-east-1", account), "https://kms.us-east-1.amazonaws.com/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "cn-north-1", account), "https://dynamodb.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1", "evil.example/"),
            "https://dynamodb.us-east-1.amazonaws.com/");
  machine.variables["AWS_ACCOUNT_ID_ENDPOINT_MODE"] = "disabled";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1", account), "https://dynamodb.us-east-1.amazonaws.com/");
  machine.variables["AWS_ACCOUNT_ID_ENDPOINT_MODE"] = "required";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "ErrInvalidModel");
  machine.variables["AWS_ACCOUNT_ID_ENDPOINT_MODE"] = "whatever";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "ErrInvalidModel");
}

TEST(Endpoints, ThatAreConfiguredGoFirst) {
  FakeMachine machine;
  machine.files["/home/u/.aws/config"] =
      "[default]\nendpoint_url=http://all\nservices=local\n[services local]\ndynamodb=\n  endpoint_url=http://one:1\n";
  EXPECT_EQ(endpoint(machine, Api::kKms, ""), "http://all/");
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, ""), "http://one:1/");
  machine.variables["AWS_ENDPOINT_URL"] = "http://every";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, ""), "http://every/");
  machine.variables["AWS_ENDPOINT_URL_DYNAMODB"] = "http://mine:8000";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, ""), "http://mine:8000/");
  machine.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "https://dynamodb.us-east-1.amazonaws.com/");
}

TEST(Endpoints, NeedARegionThatIsOne) {
  FakeMachine machine;
  for (const char* region : {"", "evil.example/", "EU", "a b"})
    EXPECT_EQ(endpoint(machine, Api::kDynamoDb, region), "ErrInvalidModel") << region;
  machine.variables["AWS_ENDPOINT_URL"] = "nonsense";
  EXPECT_EQ(endpoint(machine, Api::kDynamoDb, "us-east-1"), "ErrInvalidModel");
}

}  // namespace
}  // namespace tabletheory::aws
