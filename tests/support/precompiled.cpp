// Nothing: it is compiled so that the tests' precompiled header is made. (main.cpp cannot use it; see there.)
