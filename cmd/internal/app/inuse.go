package app

import "syscall"

// errAddrInUse is a port that another program has.
var errAddrInUse = syscall.EADDRINUSE
