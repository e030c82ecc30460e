### Dates, heures et tailles.

month = { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
}
month-short = { $month ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juil.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[12] déc.
}
day = { $day ->
    [1] 1er
   *[other] { $day }
}
weekday = { $weekday ->
    [1] lundi
    [2] mardi
    [3] mercredi
    [4] jeudi
    [5] vendredi
    [6] samedi
   *[7] dimanche
}
time-of-day = { $hour24 }:{ $minute }
date-this-year = { day } { month-short }
date-other-year = { day } { month-short } { $year }
date-day = { day } { month } { $year }
date-full = { weekday } { day } { month } { $year } à { time-of-day }
date-with-offset = { $date } (UTC{ $offset })

size-bytes = { $count ->
    [one] { $count } octet
   *[other] { $count } octets
}
size-kilobytes = { $size } ko
size-megabytes = { $size } Mo
size-gigabytes = { $size } Go
