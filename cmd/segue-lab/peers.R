# Does the work of `segue-lab bench peers` with R's package forecast. Reads a method, the
# season, the horizon and the values in a line, and answers with the seconds and the means.
suppressMessages(library(forecast))
cat("forecast", as.character(packageVersion("forecast")), "\n")
input <- file("stdin", open = "r")
while (length(line <- readLines(input, n = 1)) > 0) {
  part <- strsplit(line, " ")[[1]]
  x <- as.numeric(part[-1])
  y <- ts(x[-(1:2)], frequency = x[1])
  h <- x[2]
  stamp <- Sys.time()
  f <- switch(part[1],
    "ets" = forecast(ets(y), h = h),
    "arima" = forecast(auto.arima(y), h = h),
    "theta" = thetaf(y, h = h),
    "stl" = stlf(y, h = h))
  took <- as.numeric(difftime(Sys.time(), stamp, units = "secs"))
  cat(format(c(took, as.numeric(f$mean)), digits = 15), "\n")
}
