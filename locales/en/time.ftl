### Dates, times and sizes.

month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
month-short = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
day = { $day }
weekday = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
time-of-day = { $hour12 }:{ $minute } { $half ->
    [am] AM
   *[pm] PM
}
date-this-year = { month-short } { day }
date-other-year = { month-short } { day }, { $year }
date-day = { month } { day }, { $year }
date-full = { weekday }, { month } { day }, { $year } at { time-of-day }
# $date: the full date where the sender was. $offset: such as +02:00.
date-with-offset = { $date } (UTC{ $offset })

size-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
size-kilobytes = { $size } kB
size-megabytes = { $size } MB
size-gigabytes = { $size } GB
