// What the server says of requests that never reach the engine. Where the service has words for it, they are the
// service's.
#pragma once

#include <string_view>

namespace tabletheory::server::messages {

// --- HTTP (ours) -------------------------------------------------------------------------------------------------
inline constexpr std::string_view kHostMissing = "The request has no Host header; HTTP/1.1 requires one";
inline constexpr std::string_view kHostRefused =
    "The Host '{}' is neither this machine nor one this server was told of; start it with --allow-host NAME";
inline constexpr std::string_view kNotFound =
    "There is nothing at this path; the API is POST /, the health check GET /";
inline constexpr std::string_view kContentType =
    "The Content-Type '{}' is not served; send application/x-amz-json-1.0 or application/x-amz-json-1.1";
inline constexpr std::string_view kNoTarget =
    "The request has no X-Amz-Target header, such as DynamoDB_20120810.PutItem";
inline constexpr std::string_view kUnknownTarget =
    "The X-Amz-Target '{}' is not one of this server; it serves DynamoDB_20120810.<operation>";
inline constexpr std::string_view kUnreadable = "The request is not HTTP this server can read: {}";
inline constexpr std::string_view kHeadTooLarge = "The headers of the request are larger than {} bytes; send fewer";
inline constexpr std::string_view kTooManyBodies =
    "The requests that this server is reading are too large together; send it again later";
inline constexpr std::string_view kBodyTooLarge = "The request body is larger than 16 MB; split the request";

// --- Signatures --------------------------------------------------------------------------------------------------
inline constexpr std::string_view kMissingToken = "Request is missing Authentication Token";
inline constexpr std::string_view kIncompleteSignature =
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
    "Authorization header requires 'SignedHeaders' parameter.";
inline constexpr std::string_view kMissingDate =
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
inline constexpr std::string_view kUnknownKey = "The security token included in the request is invalid.";
inline constexpr std::string_view kWrongService = "Credential should be scoped to correct service: 'dynamodb'. ";
inline constexpr std::string_view kWrongScopeDate =
    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from "
    "'{}'.";
inline constexpr std::string_view kExpired = "Signature expired: {} is now earlier than {} ({} - 15 min.)";
inline constexpr std::string_view kNotYetCurrent =
    "Signature not yet current: {} is still later than {} ({} + 15 min.)";
inline constexpr std::string_view kHeaderNotSigned = "'{}' must be a 'SignedHeader' in the AWS Authorization.";
inline constexpr std::string_view kMismatch =
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.";

}  // namespace tabletheory::server::messages
