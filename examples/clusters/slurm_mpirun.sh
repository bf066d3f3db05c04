#!/bin/bash
# The same with mpirun, where srun and the MPI do not speak with each other:
#   sbatch slurm_mpirun.sh JOB.ini [--section.key=value ...]
# "B:" sends the signal to this script alone, and exec makes it mpirun, which passes it on to all
# ranks. Submit again what ended with 75; a Slurm with RequeueExit=75 does so by itself.
#SBATCH --job-name=nmc
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=12:00:00
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%j.out

export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}

exec mpirun --map-by node nmc run "$@"
