-- wrk: one operation on items of about 430 bytes; each connection walks its own keys.
local operation = os.getenv("OPERATION")
local authorization = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0000"
local headers = {
  ["Content-Type"] = "application/x-amz-json-1.0", ["X-Amz-Target"] = "DynamoDB_20120810." .. operation,
  ["Authorization"] = authorization, ["X-Amz-Date"] = "20260101T000000Z",
}
local data = '"flag":{"BOOL":true},"n":{"N":"12.5"},"tags":{"SS":["a","b"]},"m":{"M":{"x":{"S":"y"},"z":{"N":"1"}}},"text":{"S":"'
  .. string.rep("t", 260) .. '"}'
local bodies = {
  PutItem = function(key) return '{"TableName":"bench","Item":{"pk":{"S":"' .. key .. '"},' .. data .. '}}' end,
  GetItem = function(key) return '{"TableName":"bench","Key":{"pk":{"S":"' .. key .. '"}}}' end,
}
local body, thread_count = bodies[operation], 0
function setup(thread)
  thread_count = thread_count + 1
  thread:set("first", thread_count * 1000000)
end
local at = 0
function request()
  at = (at + 1) % 5000
  return wrk.format("POST", "/", headers, body("key" .. (first + at)))
end
function done(summary)
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
