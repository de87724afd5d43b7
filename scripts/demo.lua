-- What wrk asks the example server for: mostly quick answers, some slow ones, some failures.
local names = { "ada", "grace", "edsger", "barbara", "%E2%9C%93", "a%0Ab" }

request = function()
    local dice = math.random(1000)
    if dice <= 2 then
        return wrk.format("GET", "/fail")
    elseif dice <= 6 then
        return wrk.format("GET", "/work?ms=" .. math.random(10, 40))
    elseif dice <= 10 then
        return wrk.format("GET", "/no/such/page")
    elseif dice <= 300 then
        return wrk.format("GET", "/")
    end
    return wrk.format("GET", "/hello/" .. names[math.random(#names)])
end
