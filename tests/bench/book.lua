#!lua name=holdfast
-- The least that a booking must do, as a Redis function: take the next free unit, test that it is
-- free, mark it, write the reservation's record and the index of the user's reservations.
--   FCALL book 4 yard:next yard:taken yard:reservations yard:by_user USER PRICE
redis.register_function('book', function(keys, args)
  local unit = redis.call('INCR', keys[1])
  if unit > 1000000 then return redis.error_reply('SOLDOUT') end
  if redis.call('HSETNX', keys[2], unit, args[1]) == 0 then return redis.error_reply('TAKEN') end
  local time = redis.call('TIME')
  redis.call('HSET', keys[3] .. ':' .. unit, 'status', 'confirmed', 'user', args[1], 'unit', unit,
             'price', args[2], 'currency', 'USD', 'created', time[1])
  redis.call('ZADD', keys[4] .. ':' .. args[1], time[1], unit)
  return {'locator', unit, 'status', 'confirmed', 'total', args[2]}
end)
