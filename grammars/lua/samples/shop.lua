local json = require("lib.json")
--    ^ @definition.variable
--    ^ @import lib.json as json
--           ^ @reference.call
local log = require "log"
--    ^ @definition.variable
--    ^ @import log as log
--          ^ @reference.call

local M = {}
--    ^ @definition.variable
LIMIT = 10
-- <- @definition.variable

-- Sells.
local function helper(x)
--             ^ @definition.function
  return tostring(x)
--       ^ @reference.call in helper
end

function M.open(path)
--         ^ @definition.function in M
  return json.decode(path)
--            ^ @reference.call in M.open
end

function M.deep.nested(a, b)
--              ^ @definition.function in M.deep
  return helper(a)
--       ^ @reference.call in M.deep.nested
end

function M:sell(item)
--         ^ @definition.method in M
  self:check(item)
--     ^ @reference.call in M.sell
end

M.close = function()
--^ @definition.function in M
  log.info("x")
--    ^ @reference.call in M.close
end

local on_exit = function(code) end
--    ^ @definition.function

local handlers = {
--    ^ @definition.variable
  start = function()
--^ @definition.function
    M.open("x")
--    ^ @reference.call in start
  end,
}

return M
