/*
 * The program that loads the addon provides Node-API, whatever its name is:
 * Electron and single executables are not called node.exe. The first call of a
 * Node-API function asks this hook for the library.
 */
#include <windows.h>

#include <delayimp.h>

static FARPROC WINAPI host_of(unsigned event, PDelayLoadInfo info) {
  (void)info;
  if (event != dliNotePreLoadLibrary) return NULL;
  return (FARPROC)(INT_PTR)GetModuleHandleW(NULL);
}

PfnDliHook __pfnDliNotifyHook2 = host_of;
