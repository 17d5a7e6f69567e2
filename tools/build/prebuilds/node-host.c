/*
 * Node-API comes from the program that loads the addon, whatever its name:
 * Electron and single executables are no node.exe. The first call of one of its
 * functions asks here for the library that they are in.
 */
#include <windows.h>

#include <delayimp.h>

static FARPROC WINAPI host_of(unsigned event, PDelayLoadInfo info) {
  (void)info;
  if (event != dliNotePreLoadLibrary) return NULL;
  return (FARPROC)(INT_PTR)GetModuleHandleW(NULL);
}

PfnDliHook __pfnDliNotifyHook2 = host_of;
