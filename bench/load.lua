-- Load for wrk: paths from a file, at random or in order. Arguments: file, order, seed,
-- cookie.
local requests, at, ordered = {}, 0, false

function init(args)
  if args[4] ~= "" then
    wrk.headers["Cookie"] = args[4]
  end
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  ordered = args[2] == "ordered"
  math.randomseed(tonumber(args[3]))
end

function request()
  if ordered then
    at = at % #requests + 1
    return requests[at]
  end
  return requests[math.random(#requests)]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "errors": %d, "p50": %.3f, "p95": %.3f}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3
  ))
end
