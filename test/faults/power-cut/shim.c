/*
 * Notes what a disk would still have after a power cut. Loaded into redis-server with LD_PRELOAD.
 *
 * Appends to ./power-cut.log (of the directory the server starts in), after each call that made something durable:
 *   S <inode> <bytes>            fsync or fdatasync of a file came back; it had so many bytes when the call began
 *   D                            fsync of a directory came back; N lines say what was in it when the call began:
 *   N <inode> <name>
 *   E
 * What a file system does by itself (sync_file_range, msync, the page cache) does not count.
 *
 * A name that goes (rename over it, unlink) keeps its inode by a link in ./power-cut/, because until the directory is
 * synced the old name may come back, and because an inode that is used again would be taken for the old file.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LISTING_MAX (64 * 1024)

static int log_fd = -1;
static char kept[PATH_MAX];
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  real_rename = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  real_unlink = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  log_fd = open("power-cut.log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  mkdir("power-cut", 0755);
  if (realpath("power-cut", kept) == NULL) kept[0] = 0;
}

static void note(const char *text, size_t length) {
  /* One write a note: appended whole, also when several threads or the child that rewrites the file note at once. */
  if (log_fd >= 0 && write(log_fd, text, length) != (ssize_t)length) log_fd = -1;
}

static size_t list(int fd, char *text) {
  char path[PATH_MAX], link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  DIR *directory = opendir(path);
  if (directory == NULL) return 0;
  size_t at = (size_t)snprintf(text, LISTING_MAX, "D\n");
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.' || at + NAME_MAX + 32 > LISTING_MAX) continue;
    at += (size_t)snprintf(text + at, LISTING_MAX - at, "N %llu %s\n", (unsigned long long)entry->d_ino, entry->d_name);
  }
  closedir(directory);
  return at + (size_t)snprintf(text + at, LISTING_MAX - at, "E\n");
}

static int synced(int fd, int (*real)(int)) {
  struct stat before;
  if (fstat(fd, &before) != 0) return real(fd);
  if (S_ISDIR(before.st_mode)) {
    char listing[LISTING_MAX];
    size_t length = list(fd, listing);
    int result = real(fd);
    if (result == 0) note(listing, length);
    return result;
  }
  int result = real(fd);
  if (result == 0 && S_ISREG(before.st_mode)) {
    char line[64];
    int length = snprintf(line, sizeof line, "S %llu %lld\n", (unsigned long long)before.st_ino, (long long)before.st_size);
    note(line, (size_t)length);
  }
  return result;
}

static void keep(const char *path) {
  struct stat file;
  char name[PATH_MAX + 32];
  if (kept[0] == 0 || lstat(path, &file) != 0 || !S_ISREG(file.st_mode)) return;
  snprintf(name, sizeof name, "%s/%llu", kept, (unsigned long long)file.st_ino);
  /* It may be kept already. */
  if (link(path, name) != 0) return;
}

int fsync(int fd) { return synced(fd, real_fsync); }

int fdatasync(int fd) { return synced(fd, real_fdatasync); }

int rename(const char *from, const char *to) {
  keep(to);
  return real_rename(from, to);
}

int unlink(const char *path) {
  keep(path);
  return real_unlink(path);
}
